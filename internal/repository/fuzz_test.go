package repository

import (
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/place"
)

// FuzzExamine reads any text as any kind of file: nothing panics, and positions lie in the text.
func FuzzExamine(f *testing.F) {
	names := [...]string{
		"Pulumi.yaml", "Pulumi.dev.yaml", ".github/workflows/a.yml", "action.yml", ".gitlab-ci.yml", "Makefile",
		"Dockerfile", "package.json",
		".circleci/config.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".buildkite/pipeline.yml",
		"buildspec.yml", "cloudbuild.json", ".drone.yml", ".travis.yml", "Jenkinsfile",
		"x.sh", "x.ps1", ".env", "x.go", "x.py", "PulumiPlugin.yaml",
	}
	for _, s := range [...]string{
		"a: &x [*x]\n", "<<: {a: b}\n", "config:\n  a:b: {c: [d, {secure: e}]}\n",
		"jobs:\n  a:\n    steps:\n      - run: >-\n          x\n          gcloud secrets create y\n",
		"define x\n$(call x,y)\nendef\nall:\n\t$(x) $$(y) $(\n", "RUN --x <<A <<B\nx\nA\ny\nB\nONBUILD ONBUILD RUN x " +
			"\\\n# y\n\nz\n",
		`{"scripts": {"a": "gcloud secrets create \"x\""}}`, "x # policypack:allow a: b\n",
		"script:\n  - !reference [a, b]\n", "jobs: {a: {steps: [&s {uses: azure/login}]}}\n",
		"super(X, self).__init__(f'a:b:C', \"\"\"a\"\"\")\nconst x: string = `a` + b.c\n/* base(x", "super(,0)a0",
		"name: a\ncomponents: {B: {}}\n",
		"jobs: {a: {steps: [{run: \"x <<parameters.y>> ${<< parameters.z >>} << EOF\"}, aws/setup]}}\n",
		"steps: [{script: '$(x.y) ${{ parameters.z }} $servicePrincipalKey', env: {A: '$[ variables.b ]'}}]\n",
		"steps: [{name: a/gcloud, args: [-c, \"$$X ${_Y} $\"], secretEnv: [X]}]\n---\nkind: b\n",
		"pipeline { environment { A = credentials('b'); C = \"${d.e}\" }\nwithCredentials([string(variable: 'x')]) { sh " +
			"\"\"\" ${ {} } \\$ \"\"\" + y.z } sh(script: 'gcloud secrets create a",
		"jobs:\n  a:\n    env: {AWS_SECRET_ACCESS_KEY: \"${{ secrets.A }}\"}\n    steps: [{run: 'gcloud secrets " +
			"''create'' a'}]\n",
		"password: " + fuzzing.Canary + "\n", "{\"password\": \"" + fuzzing.Canary + "\", ",
		"config:\n  a:b: " + fuzzing.Canary + "\n  a:b: [", "jobs: {a: {steps: [{run: \"" + fuzzing.Canary + "\"",
	} {
		for i := range names {
			f.Add(uint8(i), s)
		}
	}
	d, err := detect.New(detect.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		defer fuzzing.Watch(t, len(text))()
		x := newReader("", false, Options{Detector: d}, nil).examine(names[int(kind)%len(names)], []byte(text))
		x.components([][]byte{[]byte("a")})
		file, errs := &x.file, x.errors
		lines := strings.Count(text, "\n") + 1
		check := func(what string, p place.Position) {
			if p.Line < 0 || p.Line > lines || p.Column < 0 || p.Column > len(text)+2 {
				t.Errorf("%s at %v of a text of %d lines", what, p, lines)
			}
		}
		for _, e := range errs {
			check("error", e.At)
			fuzzing.Silent(t, "an error", e.Message)
		}
		if claims := x.claims(); len(claims) != len(file.Allows) {
			t.Errorf("%d claims of %d comments", len(claims), len(file.Allows))
		}
		for i := range file.Findings {
			check("finding", file.Findings[i].At)
		}
		for _, c := range file.Commands {
			check("command", c.At)
		}
		for _, k := range file.CI {
			check("key", k.At)
		}
		for _, l := range file.Logins {
			check("login", l.At)
		}
		for _, c := range file.Components {
			check("component", c.At)
		}
		for _, c := range file.Config {
			check("config", c.At)
		}
	})
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x01"+strings.Repeat("\x00", 60)+"\x00\x01a\x00"+
		strings.Repeat("\x00", 40)), false)
	f.Add([]byte("DIRC\x00\x00\x00\x04\x00\x00\x00\x00link\x00\x00\x00\x20"+strings.Repeat("\x01", 60)), true)
	f.Fuzz(func(t *testing.T, data []byte, long bool) {
		defer fuzzing.Watch(t, len(data))()
		hash := 20
		if long {
			hash = 32
		}
		x, err := parseIndex(data, hash)
		if err != nil {
			return
		}
		base := &index{entries: []entry{{name: "a"}, {name: "b"}}}
		_ = x.merge(base)
	})
}
