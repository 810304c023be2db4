// Reads tars with the real archive/tar of Go, and says of each what it sees. The other side of test/fuzz/go-tars.ts.
//
// Input: for each tar its length as four bytes, big-endian, then its bytes. Output: one line of JSON for each, the entries
// up to the end or to the first error; names as hexadecimal bytes, of each body its length and the start of its SHA-256.
// Run through test/fuzz/go-tar/build.sh; no test needs it.
package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
)

type entry struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Link string `json:"link"`
	Size int64  `json:"size"`
	Body string `json:"body"`
}

type reading struct {
	Entries []entry `json:"entries"`
	// "end", or what went wrong: "header", "cut", or "sparse" where the body of a sparse file cannot be read.
	End string `json:"end"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	lines := json.NewEncoder(out)
	for {
		var length uint32
		if err := binary.Read(in, binary.BigEndian, &length); err != nil {
			return
		}
		data := make([]byte, length)
		if _, err := io.ReadFull(in, data); err != nil {
			panic(err)
		}
		if err := lines.Encode(read(data)); err != nil {
			panic(err)
		}
	}
}

func read(data []byte) reading {
	result := reading{Entries: []entry{}, End: "end"}
	archive := tar.NewReader(bytes.NewReader(data))
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return result
		}
		if err != nil {
			result.End = classOf(err)
			return result
		}
		if header.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		hash := sha256.New()
		size, err := io.Copy(hash, io.LimitReader(archive, 1<<26))
		result.Entries = append(result.Entries, entry{
			Name: hex.EncodeToString([]byte(header.Name)),
			Type: hex.EncodeToString([]byte{header.Typeflag}),
			Link: hex.EncodeToString([]byte(header.Linkname)),
			Size: size,
			Body: hex.EncodeToString(hash.Sum(nil)[:4]),
		})
		if err != nil {
			result.End = classOf(err)
			return result
		}
	}
}

func classOf(err error) string {
	switch err {
	case io.ErrUnexpectedEOF:
		return "cut"
	case tar.ErrHeader, tar.ErrFieldTooLong:
		return "header"
	default:
		return "sparse"
	}
}
