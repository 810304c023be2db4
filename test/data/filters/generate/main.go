// Writes the answers of Go's own path.Match and time.ParseDuration to the cases of the filters; the tests read them and
// need no Go. From this folder, with Go alone: go run main.go > ../go-answers.json
package main

import (
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What a case shows, the pattern and the name.
var matches = [][3]string{
	{"an empty pattern matches the empty name", "", ""},
	{"an empty pattern matches nothing else", "", "a"},
	{"a literal is itself", "abc", "abc"},
	{"a literal has to be the whole name, not its start", "ab", "abc"},
	{"a literal that goes on behind the name does not match", "abc", "ab"},
	{"a star takes all", "*", "abc"},
	{"a star takes nothing", "*", ""},
	{"a star takes no slash", "*", "a/b"},
	{"a star takes no slash at the end", "a*", "a/"},
	{"a star at the start", "*c", "abc"},
	{"a star in the middle", "a*c", "abbc"},
	{"a star in the middle takes nothing", "a*c", "ac"},
	{"a star does not reach over a slash to its chunk", "a*c", "a/c"},
	{"a star a folder", "a*/b", "abc/b"},
	{"a star that would have to be two folders", "a*/b", "a/c/b"},
	{"two stars are no more than one", "a**b", "axxb"},
	{"two stars take no slash", "**", "a/b"},
	{"many stars", "a*b*c*d*e*", "axbxcxdxe"},
	{"many stars and a name that lacks the last chunk", "a*b*c*d*e*/f", "axbxcxdxexxx/g"},
	{"a chunk that occurs twice is taken where it ends the name", "*ab", "abcab"},
	{"the last chunk has to reach the end", "*ab", "abc"},
	{"a chunk is taken at its first place, and the next comes behind it", "*ab*b", "abab"},
	{"a star before a question mark needs a character", "a*?", "a"},
	{"stars and question marks side by side", "*?*?*", "ab"},
	{"a question mark is one character", "a?c", "abc"},
	{"a question mark is not nothing", "a?", "a"},
	{"a question mark is no slash", "a?b", "a/b"},
	{"a question mark is a character of several bytes", "a?b", "a☺b"},
	{"two question marks are not one character of several bytes", "a??b", "a☺b"},
	{"a star may end inside of a character, whose bytes are then one each", "*??", "☺"},
	{"a star inside of a character before a negated class", "*[^☺]", "☺"},
	{"a literal of several bytes", "*é", "café"},
	{"a class of characters", "ab[cd]", "abd"},
	{"a class lacks the character", "ab[cd]", "abe"},
	{"a class is not nothing", "ab[cd]", "ab"},
	{"a range", "ab[b-d]", "abc"},
	{"a range has its ends", "[a-c][a-c]", "ac"},
	{"a range that is the wrong way round is empty", "[z-a]", "m"},
	{"a range of one", "[a-a]", "a"},
	{"ranges and characters in one class", "[a-cx0-9]", "x"},
	{"a negated class", "ab[^c]", "abd"},
	{"a negated class has the character", "ab[^c]", "abc"},
	{"a negated range", "ab[^b-d]", "abe"},
	{"a negated class takes a slash, which a question mark does not", "a[^b]c", "a/c"},
	{"a negated class needs a character", "[^a]", ""},
	{"a caret that is not first is a character", "[a^]", "^"},
	{"a negated caret", "[^^]", "^"},
	{"an exclamation mark does not negate", "[!a]", "!"},
	{"a range beyond one byte", "[а-я]", "ж"},
	{"a class takes one character of several bytes", "[☺]x", "☺x"},
	{"a star and a slash inside of a class are characters", "[*/]", "*"},
	{"an opening bracket inside of a class is a character", "[[]", "["},
	{"a closing bracket outside of a class is a character", "a]", "a]"},
	{"a dash outside of a class is a character", "a-b", "a-b"},
	{"an escaped star", `a\*b`, "a*b"},
	{"an escaped star takes nothing else", `a\*b`, "axb"},
	{"an escaped letter is the letter", `\a\b`, "ab"},
	{"an escaped backslash", `\\`, `\`},
	{"an escaped bracket", `\[a]`, "[a]"},
	{"an escaped closing bracket in a class", `[\]a]`, "]"},
	{"an escaped dash in a class", `[\-x]`, "-"},
	{"an escaped end of a range", `[a-\c]`, "b"},
	{"an escaped backslash in a class", `[\\]`, `\`},
	{"an escaped character of several bytes", `\☺`, "☺"},
	{"braces are characters", "{a,b}", "a"},
	{"a class that starts with its end is malformed", "[]a]", "]"},
	{"a class without an end is malformed", "[a", "a"},
	{"a bracket alone is malformed", "[", "a"},
	{"a negation alone is malformed", "[^", "a"},
	{"a negated class of nothing is malformed", "[^]", "a"},
	{"a class that starts with a dash is malformed", "[-x]", "x"},
	{"a range without its end is malformed", "[x-]", "x"},
	{"a range of a range is malformed", "[a-b-c]", "a"},
	{"a backslash at the end is malformed", `a\`, "a"},
	{"a backslash at the end of a class is malformed", `[\`, "a"},
	{"a range that ends in a backslash is malformed", `[a-\`, "a"},
	{"a fault counts although the name differs before it", "b[", "a"},
	{"a fault counts behind a slash that a star cannot pass", "*[", "a/b"},
	{"a fault counts behind a chunk that is not found", "x*[]", "abc"},
	{"a fault counts when the name has ended", "abc[-", ""},
	{"a star does not end a class", "[a*b", "a"},
}

var durations = [][2]string{
	{"zero needs no unit", "0"},
	{"zero with a sign", "-0"},
	{"another number needs one", "3600"},
	{"hours", "24h"},
	{"minutes", "10m"},
	{"seconds", "5s"},
	{"milliseconds are not minutes", "5ms"},
	{"microseconds", "5us"},
	{"microseconds with the micro sign", "5µs"},
	{"microseconds with a Greek letter", "5μs"},
	{"nanoseconds", "5ns"},
	{"several units", "1h30m"},
	{"units in any order, and twice", "1m2h3m"},
	{"a fraction", "1.5h"},
	{"a fraction of hours to the nanosecond", "0.3333333333333333333h"},
	{"a fraction of a nanosecond is cut off", "1.9ns"},
	{"digits before the dot may be missing", ".5s"},
	{"digits behind the dot may be missing", "5.s"},
	{"digits on one side have to be there", ".s"},
	{"a fraction of more digits than 63 bits hold", "0.100000000000000000000000000001h"},
	{"a plus", "+5s"},
	{"a minus", "-1.5h"},
	{"a minus between units", "1h-30m"},
	{"two signs", "+-5s"},
	{"nothing", ""},
	{"a sign alone", "-"},
	{"a unit alone", "h"},
	{"a space before the unit", "5 s"},
	{"a space behind the unit", "5s "},
	{"an unknown unit", "5w"},
	{"a unit in upper case", "5H"},
	{"a second dot", "1.5.5s"},
	{"the largest duration", "9223372036854775807ns"},
	{"one more than the largest", "9223372036854775808ns"},
	{"the smallest duration", "-9223372036854775808ns"},
	{"one less than the smallest", "-9223372036854775809ns"},
	{"the largest number of hours", "2562047h47m16.854775807s"},
	{"a sum that is too large", "2562047h1h"},
	{"a number that no integer holds", "99999999999999999999h"},
	{"leading zeros do not count", "00000000000000000000000001s"},
	{"a sum that comes round to nothing", "-9223372036854775808ns9223372036854775808ns"},
}

// As the formatter of the repository writes an object: on one line where it fits.
func object(fields ...string) string {
	var members []string
	for i := 0; i < len(fields); i += 2 {
		value := new(strings.Builder)
		encoder := json.NewEncoder(value)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(fields[i+1]); err != nil {
			panic(err)
		}
		members = append(members, fmt.Sprintf("%q: %s", fields[i], strings.TrimSpace(value.String())))
	}
	line := "    { " + strings.Join(members, ", ") + " }"
	if utf8.RuneCountInString(line) < 120 {
		return line
	}
	return "    {\n      " + strings.Join(members, ",\n      ") + "\n    }"
}

func main() {
	var matchLines, durationLines []string
	for _, c := range matches {
		matched, err := path.Match(c[1], c[2])
		answer := strconv.FormatBool(matched)
		if err != nil {
			answer = "malformed"
		}
		matchLines = append(matchLines, object("shows", c[0], "pattern", c[1], "name", c[2], "answer", answer))
	}
	for _, c := range durations {
		duration, err := time.ParseDuration(c[1])
		answer := strconv.FormatInt(int64(duration), 10)
		if err != nil {
			answer = "malformed"
		}
		durationLines = append(durationLines, object("shows", c[0], "text", c[1], "answer", answer))
	}
	fmt.Printf("{\n  \"pathMatch\": [\n%s\n  ],\n  \"durations\": [\n%s\n  ]\n}\n",
		strings.Join(matchLines, ",\n"), strings.Join(durationLines, ",\n"))
}
