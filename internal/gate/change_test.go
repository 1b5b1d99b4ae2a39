package gate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChangeOf(t *testing.T) {
	sha := "0123456789abcdef0123456789abcdef01234567"
	const own, other = `{"repo":{"full_name":"acme/shop"}}`, `{"repo":{"full_name":"mallory/shop"}}`
	base := `{"repo":{"full_name":"acme/shop"},"sha":"` + sha + `","ref":"main"}`
	for _, tt := range []struct {
		name  string
		event string // GitHub's
		env   map[string]string
		want  Change
		fails bool
	}{
		{"no CI system", "", nil, Change{}, false},
		{"GitHub: a push", `{"ref":"refs/heads/main"}`, nil, Change{}, false},
		{"GitHub: a pull request", `{"pull_request":{"number":7,"head":` + own + `,"base":` + base + `}}`, nil, Change{Own, sha, "main", 7}, false},
		{"GitHub: of a fork", `{"pull_request":{"head":` + other + `,"base":` + base + `}}`, nil, Change{Fork, sha, "main", 0}, false},
		{"GitHub: of a fork that is gone", `{"pull_request":{"head":{"repo":null},"base":` + base + `}}`, nil, Change{Fork, sha, "main", 0}, false},
		{"GitHub: of nobody", `{"pull_request":{}}`, nil, Change{Origin: Fork}, false},
		{
			"GitHub: Dependabot's", `{"pull_request":{"head":` + own + `,"base":` + base + `}}`,
			map[string]string{"GITHUB_ACTOR": "dependabot[bot]"},
			Change{Fork, sha, "main", 0},
			false,
		},
		{"GitHub: a merge queue", `{"merge_group":{"base_sha":"` + sha + `"}}`, nil, Change{Own, sha, "", 0}, false},
		{"GitHub: a comment on a pull request", `{"issue":{"pull_request":{}}}`, nil, Change{Origin: Fork}, false},
		{"GitHub: a comment on an issue", `{"issue":{"pull_request":null}}`, nil, Change{}, false},
		{
			"GitHub: a run that a fork has caused", `{"workflow_run":{"event":"pull_request_target","head_repository":{"full_name":"mallory/shop"},"repository":{"full_name":"acme/shop"}}}`,
			nil,
			Change{Origin: Fork},
			false,
		},
		{
			"GitHub: a run that a pull request has caused",
			`{"workflow_run":{"event":"pull_request","head_repository":{"full_name":"acme/shop"},"repository":{"full_name":"acme/shop"},"pull_requests":[{"base":{"sha":"` + sha + `"}}]}}`,
			nil,
			Change{Own, sha, "", 0},
			false,
		},
		{"GitHub: a run that a push has caused", `{"workflow_run":{"event":"push"}}`, nil, Change{}, false},
		{"GitHub: an event that is a list", `[]`, nil, Change{}, true},
		{"GitHub: an event that is null", `null`, nil, Change{}, true},
		{"GitHub: no event", "", map[string]string{"GITHUB_ACTIONS": "true"}, Change{}, true},
		{
			"GitLab", "",
			map[string]string{
				"CI_MERGE_REQUEST_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1",
				"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
			},
			Change{Own, "main", "", 0},
			false,
		},
		{
			"GitLab: another project", "",
			map[string]string{
				"CI_MERGE_REQUEST_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2",
				"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
			},
			Change{Fork, "main", "", 0},
			false,
		},
		{
			"Azure Pipelines", "",
			map[string]string{
				"SYSTEM_PULLREQUEST_PULLREQUESTID": "17", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
				"SYSTEM_PULLREQUEST_ISFORK": "False",
			},
			Change{Own, "refs/heads/main", "", 0},
			false,
		},
		{
			"Azure Pipelines: a fork", "",
			map[string]string{
				"SYSTEM_PULLREQUEST_PULLREQUESTID": "17", "SYSTEM_PULLREQUEST_TARGETBRANCH": "main",
				"SYSTEM_PULLREQUEST_ISFORK": "True",
			},
			Change{Fork, "main", "", 0},
			false,
		},
		{
			"Azure Pipelines: nobody says whose", "",
			map[string]string{"SYSTEM_PULLREQUEST_PULLREQUESTID": "17", "SYSTEM_PULLREQUEST_TARGETBRANCH": "main"},
			Change{Fork, "main", "", 0},
			false,
		},
		{"Azure Pipelines: a push", "", map[string]string{"SYSTEM_PULLREQUEST_ISFORK": "False"}, Change{}, false},
		{
			"Bitbucket", "",
			map[string]string{"BITBUCKET_PR_ID": "3", "BITBUCKET_PR_DESTINATION_BRANCH": "main"},
			Change{Own, "main", "", 0},
			false,
		},
		{
			"CircleCI", "",
			map[string]string{"CIRCLE_PULL_REQUEST": "https://github.com/acme/shop/pull/3"},
			Change{Origin: Own},
			false,
		},
		{
			"CircleCI: a fork", "",
			map[string]string{
				"CIRCLE_PULL_REQUEST": "https://github.com/acme/shop/pull/3", "CIRCLE_PR_NUMBER": "3",
				"CIRCLE_PR_USERNAME": "mallory", "CIRCLE_PR_REPONAME": "shop",
			},
			Change{Origin: Fork},
			false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := map[string]string{}
			for k, v := range tt.env {
				env[k] = v
			}
			if tt.event != "" {
				env["GITHUB_ACTIONS"], env["GITHUB_EVENT_PATH"] = "true", filepath.Join(t.TempDir(), "event.json")
				if err := os.WriteFile(env["GITHUB_EVENT_PATH"], []byte(tt.event), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := changeOf(func(name string) string { return env[name] })
			if (err != nil) != tt.fails {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" && !tt.fails {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}
