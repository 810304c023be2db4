package main

// image is what stands in an archive: a config, and the names.
type image struct {
	Name   string   `json:"name"`
	Tags   []string `json:"tags"`
	Config string   `json:"config"`
}

const emptyTar = `5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef`

const layers = `"rootfs":{"type":"layers","diff_ids":["sha256:` + emptyTar + `"]}`

const steps = `"history":[{"created":"2024-05-01T10:20:29Z","created_by":"ADD rootfs.tar.gz / # a\tlong command that is cut where it is shown in a table"},` +
	`{"created":"2024-05-01T10:20:30.5Z","created_by":"CMD [\"sh\"]","comment":"buildkit.dockerfile.v0","empty_layer":true}]`

// config gives a config of one layer with this run configuration.
func config(run string) string {
	return `{"architecture":"amd64","os":"linux","created":"2024-05-01T10:20:30.123456789Z","config":` + run + `,` + layers + `,` + steps + `}`
}

func tagged(name string, text string) image {
	return image{Name: name, Tags: []string{name + ":1"}, Config: text}
}

var images = []image{
	tagged("plain", config(`{"Env":["PATH=/bin:/usr/bin","LANG=C"],"Cmd":["/bin/sh","-c","echo <a> & b"],"WorkingDir":"/"}`)),
	tagged("labels", config(`{"Labels":{"maintainer":"a@example.com","org.opencontainers.image.title":"<b> & c","empty":"","Upper":"x"},"Cmd":["a"]}`)),
	tagged("health", config(`{"Healthcheck":{"Test":["CMD-SHELL","curl -f http://localhost/ || exit 1"],"Interval":30000000000,"Timeout":1500000000,"StartPeriod":5400000000000,"StartInterval":250000000,"Retries":3}}`)),
	tagged("health-none", config(`{"Healthcheck":{"Test":["NONE"]}}`)),
	tagged("health-empty", config(`{"Healthcheck":{}}`)),
	tagged("health-odd", config(`{"Healthcheck":{"Test":[],"Interval":9223372036854775807,"Timeout":-1500000,"StartPeriod":1500,"StartInterval":1,"Retries":-1}}`)),
	tagged("health-null", config(`{"Healthcheck":null,"Cmd":["a"]}`)),
	tagged("mounts", config(`{"Volumes":{"/var/lib/data":{},"/cache":{}},"ExposedPorts":{"80/tcp":{},"443/tcp":{},"53/udp":{}}}`)),
	tagged("nulls", config(`{"User":null,"Env":null,"Cmd":null,"Entrypoint":null,"Volumes":null,"ExposedPorts":null,"Labels":null,"OnBuild":null,"Shell":null,"StopSignal":null,"WorkingDir":null,"ArgsEscaped":null}`)),
	tagged("empties", config(`{"User":"","Env":[],"Cmd":[],"Entrypoint":[],"Volumes":{},"ExposedPorts":{},"Labels":{},"OnBuild":[],"Shell":[],"StopSignal":"","WorkingDir":"","ArgsEscaped":false}`)),
	tagged("full", config(`{"User":"1000:1000","Env":["A=1"],"Entrypoint":["/entry","--x"],"Cmd":["serve"],"Volumes":{"/v":{}},"ExposedPorts":{"8080/tcp":{}},"Labels":{"a":"b"},"OnBuild":["RUN true","COPY . /"],"Shell":["/bin/bash","-c"],"StopSignal":"SIGQUIT","WorkingDir":"/srv","ArgsEscaped":true,"Healthcheck":{"Test":["CMD","/ok"],"Interval":10000000000}}`)),
	tagged("windows", `{"architecture":"amd64","os":"windows","os.version":"10.0.20348.2461","created":"2024-05-01T10:20:30Z","config":{"Cmd":["c:\\windows\\system32\\cmd.exe"],"ArgsEscaped":true,"User":"ContainerUser"},`+layers+`}`),
	tagged("arm", `{"architecture":"arm64","variant":"v8","os":"linux","author":"A. Uthor <a@example.com>","created":"2024-05-01T10:20:30.120Z","config":{"Cmd":["a"]},`+layers+`,`+steps+`}`),
	tagged("no-config", `{"architecture":"amd64","os":"linux",`+layers+`}`),
	tagged("null-config", `{"architecture":"amd64","os":"linux","config":null,`+layers+`,"history":[{"created_by":"x"}]}`),
	tagged("old", config(`{"Hostname":"4f2a","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["PATH=/bin"],"Cmd":["sh"],"Image":"sha256:ab","Volumes":null,"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{}}`)),
	tagged("folded", config(`{"env":["A=1"],"CMD":["a"],"labels":{"maintainer":"x"},"healthCheck":{"interval":1000000000}}`)),
	tagged("null-elements", config(`{"Env":[null,"A=1"],"Labels":{"a":null,"b":"c"},"Volumes":{"/x":null},"Cmd":["a",null]}`)),
	tagged("unicode", config(`{"Env":["ÄÖ=ß","E=😀"],"Labels":{"größe":"名","quote":"a\"b\\c"},"Cmd":["ａ"]}`)),
	tagged("epoch", `{"architecture":"amd64","os":"linux","created":"1970-01-01T00:00:00Z","config":{},`+layers+`,"history":[{"created":"1970-01-01T00:00:00Z","created_by":"x"}]}`),
	tagged("offset", `{"architecture":"amd64","os":"linux","created":"2024-05-01T12:20:30.100+02:00","config":{"Cmd":["a"]},`+layers+`}`),
	{Name: "many", Tags: []string{"many:1", "many:2"}, Config: config(`{"Cmd":["b"],"Env":["A=b"]}`)},
	{Name: "nameless", Tags: []string{}, Config: config(`{"Cmd":["c"],"Env":["B=c"]}`)},
	tagged("no-layers", `{"architecture":"","os":"","config":{},"rootfs":{"type":"layers","diff_ids":null}}`),
}
