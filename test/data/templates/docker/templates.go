package main

import "strings"

// Paths that people write, those that are not there among them.
var paths = []string{
	".ID", ".Id", ".RepoTags", ".RepoDigests", ".Comment", ".Created", ".Author", ".Config", ".Architecture", ".Variant", ".Os",
	".OsVersion", ".Size", ".RootFS", ".RootFS.Type", ".RootFS.Layers", ".Metadata", ".Metadata.LastTagTime", ".GraphDriver",
	".Descriptor", ".Manifests", ".Identity", ".Nope", ".Config.Nope", ".Config.ImageConfig",
	".Config.User", ".Config.ExposedPorts", ".Config.Env", ".Config.Entrypoint", ".Config.Cmd", ".Config.Volumes",
	".Config.WorkingDir", ".Config.Labels", ".Config.StopSignal", ".Config.ArgsEscaped", ".Config.Healthcheck",
	".Config.OnBuild", ".Config.Shell", ".Config.Labels.nothing", ".Config.Labels.maintainer", ".Config.Labels.nothing.more",
	".Config.Healthcheck.Test", ".Config.Healthcheck.Interval", ".Config.Healthcheck.Timeout", ".Config.Healthcheck.StartPeriod",
	".Config.Healthcheck.StartInterval", ".Config.Healthcheck.Retries", ".Config.Healthcheck.Nope",
}

// What is done with each path; a * stands for it.
var forms = []string{
	"{{*}}", "{{json *}}", "{{println *}}", `{{printf "%v|%+v|%#v|%T" * * * *}}`, `{{printf "%d|%s|%q" * * *}}`,
	"{{if *}}yes{{else}}no{{end}}", "{{with *}}<{{.}}>{{else}}none{{end}}", "{{len *}}",
	"{{range *}}<{{.}}>{{else}}none{{end}}", "{{range $key, $value := *}}{{$key}}={{$value}};{{end}}", `{{join * ","}}`,
	"{{index * 0}}", `{{index * "maintainer"}}`, "{{slice * 0 1}}", "{{eq * nil}}", "{{eq * 3}}", `{{eq * ""}}`, "{{gt * 1}}",
	"{{upper *}}", `{{split * ":"}}`, "{{html *}} {{print * *}}", "{{* | json | len}}", "{{not *}}", "{{or * 1}}",
	// The struct has no field Id: what follows is evaluated over the JSON.
	"{{with .Id}}{{end}}{{*}}", "{{with .Id}}{{end}}{{json *}}", `{{with .Id}}{{end}}{{printf "%T %v" * *}}`, "{{with .Id}}{{end}}{{if *}}yes{{else}}no{{end}}",
	"{{with .Id}}{{end}}{{len *}}", "{{with .Id}}{{end}}{{eq * 3}}",
}

// Templates that are more than one path.
var others = []string{
	"{{json .Config.Labels.nothing}}", `{{index .Config.Labels "org.opencontainers.image.title"}}`, `{{.Id}} {{index .Config.Labels "nothing"}}`,
	`{{range $key, $value := .Config.Labels}}{{$key}}={{json $value}} {{end}}`, `{{range .Config.Env}}{{println .}}{{end}}`,
	`{{range $port, $conf := .Config.ExposedPorts}}{{$port}} {{$conf}} {{printf "%T %#v" $conf $conf}} {{end}}`,
	`{{with .Config.Healthcheck}}{{.Interval}} {{.Timeout}} {{.Retries}}{{end}}`, "{{.Config.Healthcheck.Interval.Seconds}}",
	"{{.Config.Healthcheck.Interval.String}} {{.Config.Healthcheck.Timeout.Minutes}} {{.Config.Healthcheck.Timeout.Hours}}",
	"{{.Config.Healthcheck.Interval.Milliseconds}} {{.Config.Healthcheck.Interval.Nanoseconds}} {{.Config.Healthcheck.Timeout.Abs}}",
	"{{.Config.Healthcheck.Interval.Microseconds}} {{.Config.Healthcheck.Interval.Nope}}", "{{.Config.Healthcheck.Interval.Seconds 1}}",
	`{{printf "%x %5d|%-8v|%8s" .Config.Healthcheck.Interval .Config.Healthcheck.Interval .Config.Healthcheck.Interval .Config.Healthcheck.Interval}}`,
	"{{eq .Config.Healthcheck.Interval 30000000000}} {{lt .Config.Healthcheck.Timeout .Config.Healthcheck.Interval}}",
	"{{.Config.Healthcheck | json}}", "{{json .Config.Healthcheck.Test}} {{json .Config.Healthcheck.Interval}}",
	"{{.Metadata.LastTagTime.IsZero}} {{.Metadata.LastTagTime.Year}} {{.Metadata.LastTagTime.Unix}}", "{{json .Metadata}}",
	"{{.Os}}/{{.Architecture}}{{with .Variant}}/{{.}}{{end}}", "{{.Os}}/{{.Architecture}} {{.Nope}}", "{{.Config.Labels.a.b}}", "{{.RepoTags.x}}",
	"{{.Size.x}}", "{{.Config.Env.PATH}}", "{{truncate .ID 12}}", "{{truncate .ID .Size}}", "{{.Size | printf \"%d\"}}", "{{nope .ID}}", "{{.ID", "{{.Config.Cmd 1}}",
	"{{.Config.Labels.maintainer 1}}", "{{range .Config.Healthcheck.Interval}}{{break}}{{end}}", "{{range .Config}}{{end}}",
	"{{eq .Config .Config}}", "{{eq .RootFS .RootFS}}", "{{eq .Config.Labels .Config.Labels}}", "{{eq .Config.Env .Config.Labels}}", "{{ne .Config nil}}",
	"{{$c := .Config}}{{$c.Cmd}} {{json $c.Entrypoint}}", "{{with .Config}}{{.Cmd}}{{$.Os}}{{end}}", "{{define \"t\"}}{{.Cmd}}{{end}}{{template \"t\" .Config}}",
	"{{json .RootFS}} {{json .RepoTags}} {{json .RepoDigests}}", "{{index .RepoTags 0}}", "{{index .RootFS.Layers 0}}", "{{index .Config.Cmd 0}}", "{{(index .RootFS.Layers 0).x}}",
	"{{if and .Config.Labels .Config.Env}}both{{end}}", "{{or .Config.Labels .Config.Cmd}}", "{{and .Config.Healthcheck .Config.Healthcheck.Retries}}",
	"{{len .Config.Labels}} {{len .Config.Env}} {{len .Config.Volumes}}", `{{join .Config.Entrypoint " "}} {{join .Config.Cmd " "}}`, `{{join .Config.Volumes ","}}`,
	"a\\tb\\n{{.ID}}", "{{/* nothing */}}", "no template", "json {{.ID}}", "{{.Id}} {{.Size}} {{.Size.Int64}}", "{{.Id}} {{gt .Size 1}}", "{{.Id}} {{printf \"%d\" .Size}}",
	"{{.Id}} {{.Config.Healthcheck.Interval}}", "{{.Id}} {{json .Config.Healthcheck}}", "{{.Id}} {{json .Config}}", "{{.id}}", "{{.InspectResponse.ID}}", "{{json .InspectResponse.RepoTags}}", "{{.config.Cmd}}", "{{.Config.cmd}}",
	"{{println .Config.Cmd .Config.Labels .Config.Healthcheck.Retries}}", "{{print .Size .Os}} {{print .Size .Size}} {{print .Config.Cmd .Os}}", `{{printf "%v %v" .Config.User}}`,
	`{{urlquery .Config.Labels}} {{js .Config.Env}}`, `{{title .Os}} {{pad .Os 1 2}}|{{upper .Architecture}}`, `{{.Config.Healthcheck.Test | len}}`,
}

func inspectTemplates() []string {
	result := []string{}
	for _, form := range forms {
		for _, path := range paths {
			// A range over a number counts to it, and these are nanoseconds.
			if strings.Contains(form, "range") && (strings.HasPrefix(path, ".Config.Healthcheck.") || path == ".Size") {
				continue
			}
			result = append(result, strings.ReplaceAll(form, "*", path))
		}
	}
	return append(result, others...)
}

// CreatedSince depends on the time of the call, and has no case.
var listTemplates = []string{
	"{{.ID}}", "{{.Repository}}", "{{.Repository}}:{{.Tag}}", "{{.Digest}}", "{{.CreatedAt}}", "{{.Size}}", "{{.Containers}}", "{{json .Tag}}", "{{json .Size}}",
	"{{.Nope}}", "{{.Repository.x}}", "{{.Labels.nothing}}", `{{.Label "a"}}`, "table {{.Repository}}\\t{{.Tag}}", "table {{.ID}}", "table {{.Nope}}", "table {{upper .Tag}}\\t{{lower .Repository}}",
	"{{upper .Repository}}", "{{len .Tag}}", `{{join (split .Repository "/") "-"}}`, "{{if .Tag}}yes{{end}}", "{{.Tag}}\\n{{.Size}}", " {{.Tag}} ", "{{printf \"%T %q\" .Tag .Tag}}",
	"{{range .Tag}}{{end}}", "{{with .Nope}}x{{end}}", "{{.Tag 1}}", "{{eq .Tag \"1\"}}", "{{nope}}", "{{.ID", "table {{json .Repository}}", "table {{truncate .ID 12}}\\t{{title .Tag}}",
	"table {{.Repository}} {{.Tag}}", "tableau {{.Tag}}", "{{pad .Tag 2 2}}|", "{{index .Tag 0}}", "{{slice .ID 7 19}}", "{{html .Tag}} {{js .Repository}}", "x",
}

var historyTemplates = []string{
	"{{.ID}}", "{{.CreatedAt}}", "{{.CreatedBy}}", "{{.Size}}", "{{.Comment}}", "{{json .Comment}}", "{{json .CreatedBy}}", "{{.Nope}}", "{{.Size}}\\t{{.Comment}}", "table {{.ID}}\\t{{.Size}}",
	"table {{.CreatedBy}}\\t{{.Comment}}", "{{len .CreatedBy}}", "{{upper .CreatedBy}}", "{{if .Comment}}c{{else}}-{{end}}", `{{split .CreatedBy " "}}`, "{{printf \"%T\" .Size}}", "{{.Comment.x}}", "{{index .ID 0}}", "{{truncate .CreatedBy 5}}",
}
