package repository_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/repository"
)

func TestPipelinesThatAreNotRead(t *testing.T) {
	_, sum := read(t, tree(t, map[string]string{
		"appveyor.yml": "a: b\n", "third_party/appveyor.yml": "a: b\n",
		".teamcity/settings.kts": "x\n", ".teamcity/a/settings.kts": "x\n", "x/settings.kts": "x\n",
		"bamboo-specs/bamboo.yml": "a: b\n", ".cirrus.yml": "a: b\n", ".drone.star": "x\n",
		"ci/pipeline.yml":    "resources: []\njobs:\n  - name: a\n    plan: []\n",
		"ci/concourse.yml":   "jobs: []\n",
		"x.gocd.yaml":        "format_version: 10\npipelines: {}\n",
		"k8s/build.yaml":     "apiVersion: tekton.dev/v1\nkind: Pipeline\n",
		"k8s/flow.yaml":      "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n",
		"k8s/app.yaml":       "apiVersion: argoproj.io/v1alpha1\nkind: Application\n",
		"docs/pipeline.yaml": "jobs: {}\n",
	}))
	want := []repository.Skipped{
		{Reason: "TeamCity", Files: 2, Example: ".teamcity/a/settings.kts"},
		{Reason: "AppVeyor", Files: 1, Example: "appveyor.yml"},
		{Reason: "Argo Workflows", Files: 1, Example: "k8s/flow.yaml"},
		{Reason: "Bamboo", Files: 1, Example: "bamboo-specs/bamboo.yml"},
		{Reason: "Cirrus CI", Files: 1, Example: ".cirrus.yml"},
		{Reason: "Concourse", Files: 1, Example: "ci/pipeline.yml"},
		{Reason: "Drone in Starlark or Jsonnet", Files: 1, Example: ".drone.star"},
		{Reason: "GoCD", Files: 1, Example: "x.gocd.yaml"},
		{Reason: "Tekton", Files: 1, Example: "k8s/build.yaml"},
	}
	if diff := cmp.Diff(want, sum.Systems); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestBrokenPipelinesBelowTheRoot(t *testing.T) {
	_, sum := read(t, tree(t, map[string]string{
		"test/.gitlab-ci.yml": "{% if x %}\n", "svc/azure-pipelines.yml": "steps: [\n",
		"test/.github/workflows/a.yml": "jobs: [\n", "a/buildspec.yml": "- x\n", "b/cloudbuild.yaml": "steps: []\n",
	}))
	if diff := cmp.Diff(repository.Skipped{Files: 3, Example: "a/buildspec.yml"}, sum.Broken); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if len(sum.Errors) > 0 {
		t.Errorf("errors: %+v", sum.Errors)
	}
}
