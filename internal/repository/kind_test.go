package repository

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// acmeCI is the entry of a CI system that nobody has: what a file for a new one holds.
func acmeCI() kind {
	return kind{
		name: "acme-ci", folders: []string{".acme"},
		match: func(f *named) bool { return f.base == "pipeline.yaml" },
		read:  asPipeline("a pipeline of Acme: a mapping with stages", (*pipeline).acme),
	}
}

// acme reads the commands of the stages, and the variables that hold keys of clouds.
func (w *pipeline) acme() {
	w.follow = storedBut("ACME_")
	for _, stage := range members(member(w.doc.root, "stages")) {
		env := w.environment(nil, member(stage.value, "variables"), stage.key.Value)
		w.run(items(member(stage.value, "steps")), command.Shell, stage.key.Value, env)
	}
}

// An entry is all that a CI system takes: its commands and keys are facts like those of any other, with lines and jobs.
func TestNewCISystem(t *testing.T) {
	t.Parallel()
	const name = ".acme/pipeline.yaml"
	const text = "stages:\n  deploy:\n    variables:\n      AWS_SECRET_ACCESS_KEY: $OURS\n      VERB: create\n" +
		"    steps:\n      - make\n      - |\n        set -e\n        gcloud secrets $VERB a\n"
	said := func(name string) []*facts.File {
		return []*facts.File{{
			Name: name, Kind: "acme-ci",
			Commands: []facts.FileCommand{{
				At: place.Position{Line: 10, Column: 9}, Tool: "gcloud", Command: "gcloud secrets create",
				Action: "create-secret", Certain: true, Job: "deploy",
			}},
			CI: []facts.FileKey{{
				At: place.Position{Line: 4, Column: 7}, Name: "AWS_SECRET_ACCESS_KEY", Cloud: "aws", By: "name",
				Job: "deploy",
			}},
		}}
	}
	tests := []struct {
		name, file, open, give string // open is what is read, below the folder of the test
		want                   []*facts.File
		errors                 []FileError
	}{
		{"a pipeline at the root", name, "", text, said(name), nil},
		{"a file that is named", name, name, text, said(name), nil},
		{"a pipeline of a template", "template/" + name, "", text, said("template/" + name), nil},
		{"a file of that name elsewhere", "acme/pipeline.yaml", "", text, nil, nil},
		{"a list in its place", name, "", "- make\n", nil, []FileError{
			{
				Name: name, At: place.Position{Line: 1, Column: 1},
				Message: "expected a pipeline of Acme: a mapping with stages",
			},
		}},
	}
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, filepath.FromSlash(tt.file))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(tt.give), 0o644); err != nil {
				t.Fatal(err)
			}
			var got []*facts.File
			o := Options{Detector: d, kinds: append(kinds(), acmeCI())}
			sum, err := Read(context.Background(), filepath.Join(dir, tt.open), o, func(f *facts.File) error {
				got = append(got, f)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.errors, sum.Errors); diff != "" {
				t.Errorf("errors: mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// Every kind is reached by a name, and by the first that matches: none hides another.
func TestKinds(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]facts.FileKind{
		"Pulumi.yaml": "pulumi-project", "a/Pulumi.json": "pulumi-project", "Pulumi.dev.yml": "pulumi-stack",
		".github/workflows/a.yml": "workflow", ".forgejo/workflows/action.yaml": "workflow",
		"x/.github/workflows/a.yml": "other",
		"x/action.yml":              "action", ".github/a.yml": "other", ".gitlab-ci.yml": "gitlab-ci",
		"ci/api.gitlab-ci.yaml": "gitlab-ci", ".env": "dotenv", ".env.example": "dotenv",
		"GNUmakefile": "makefile", "rules.mk": "makefile", "make": "other", "Dockerfile": "dockerfile",
		"api.Dockerfile": "dockerfile", "Dockerfile.dev": "dockerfile", "Dockerfile.md": "other",
		"Dockerfile.go": "dockerfile", "Containerfile.dev": "dockerfile", "package.json": "package-json",
		"package-lock.json": "other", "justfile": "script", "Taskfile.dist.yml": "script", "x.ps1": "script",
		"x.CMD": "script", "deploy.sh": "script", ".bashrc": "script", ".envrc": "script",
		".husky/pre-push": "script", ".husky/README.md": "other", "x.go": "other", "README.md": "other",
		"a.yaml":               "other",
		".circleci/config.yml": "circleci", "x/.circleci/config.yml": "other", "azure-pipelines.yml": "azure-pipelines",
		"svc/azure-pipelines-ci.yaml": "azure-pipelines", ".azure-pipelines/steps/a.yml": "azure-pipelines",
		"bitbucket-pipelines.yml": "bitbucket-pipelines", "x/bitbucket-pipelines.yml": "other",
		"svc/.buildkite/pipeline.yml": "buildkite", "ci/buildspec-test.yml": "codebuild", "amplify.yml": "codebuild",
		"cloudbuild.json": "cloudbuild", "svc/cloudbuild-dev.yaml": "cloudbuild", ".drone.yml": "drone",
		".woodpecker/a.yaml": "drone", "x/.drone.yml": "other", ".travis.yml": "travis", "x/.travis.yml": "other",
		"Jenkinsfile": "jenkins", "ci/Jenkinsfile.prod": "jenkins", "deploy.jenkinsfile": "jenkins",
		"Jenkinsfile.md": "other", "vars/deploy.groovy": "other",
	} {
		got := facts.FileOther
		if k := of(kinds(), namedBy(name, nil)); k != nil {
			got = k.name
		}
		if got != want {
			t.Errorf("%s: kind %s, want %s", name, got, want)
		}
	}
	var names []facts.FileKind
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	if got := of(kinds(), namedBy("bin/x", []byte("#cloud-config\n"))); got == nil || got.name != "script" {
		t.Error("the configuration of cloud-init is not known by its first line")
	}
	if slices.Contains(names, facts.FileOther) {
		t.Error("a kind is called other, which is what files of no kind are")
	}
}

// A kind says how its files are written where their names do not.
func TestKindHasDialect(t *testing.T) {
	t.Parallel()
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	acme := kind{
		name: "acme-ci", match: func(f *named) bool { return f.base == "run.acme" },
		read: func(*examination) {},
	}
	const text = "db_password = kT9vQ2mLz8" + "Rw4Xn\n~~ policypack:allow committed-secret: for the test\n"
	for _, tt := range []struct {
		name           string
		dialect        *dialect.Dialect
		found, comment bool
	}{
		{"as a name that is not known", nil, false, false},
		{
			"as a script with a comment of its own", &dialect.Dialect{Values: dialect.Shells, Comments: []string{"~~"}},
			true, true,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := acme
			k.dialect = tt.dialect
			x := newReader("", false, Options{Detector: d, kinds: []kind{k}}, nil).examine("ci/run.acme", []byte(text))
			if got := len(x.file.Findings) > 0; got != tt.found {
				t.Errorf("a bare value is found: %t, want %t", got, tt.found)
			}
			if got := len(x.file.Allows) > 0; got != tt.comment {
				t.Errorf("the comment counts: %t, want %t", got, tt.comment)
			}
		})
	}
}
