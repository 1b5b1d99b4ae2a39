package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// hub is as much of GitHub's API as comments need, with one pull request, acme/shop#7.
type hub struct {
	t     *testing.T
	token string
	login string // of the token's user; empty for an app, which has none
	deny  int    // the status of whatever writes, 0 where it may

	mu       sync.Mutex
	comments []hubComment
	calls    []string
}

type hubComment struct {
	ID   int64             `json:"id"`
	Body string            `json:"body"`
	User map[string]string `json:"user"`
}

func (h *hub) by(login, kind, body string) {
	h.comments = append(h.comments, hubComment{
		int64(len(h.comments) + 101), body, map[string]string{"login": login, "type": kind},
	})
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, r.Method+" "+r.URL.RequestURI())
	fail := func(status int) {
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"message":"no %s","documentation_url":"https://docs.github.com/rest"}`, h.token)
	}
	if r.Header.Get("Authorization") != "Bearer "+h.token || r.Header.Get("Accept") != "application/vnd.github+json" {
		fail(http.StatusUnauthorized)
		return
	}
	answer := func(status int, of any) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(of); err != nil {
			h.t.Error(err)
		}
	}
	var give struct{ Body string }
	if r.Method != http.MethodGet {
		if h.deny != 0 {
			fail(h.deny)
			return
		}
		if err := json.NewDecoder(r.Body).Decode(&give); err != nil || utf8.RuneCountInString(give.Body) > 65000 {
			fail(http.StatusUnprocessableEntity)
			return
		}
	}
	const list = "/repos/acme/shop/issues/7/comments"
	var id int64
	switch _, err := fmt.Sscanf(r.URL.Path, "/repos/acme/shop/issues/comments/%d", &id); {
	case r.Method == http.MethodGet && r.URL.Path == list:
		var page int
		_, _ = fmt.Sscan(r.URL.Query().Get("page"), &page)
		from, to := min((page-1)*100, len(h.comments)), min(page*100, len(h.comments))
		if to < len(h.comments) {
			w.Header().Set("Link", fmt.Sprintf(`<http://%s%s?per_page=100&page=%d>; rel="next"`, r.Host, list, page+1))
		}
		answer(http.StatusOK, h.comments[from:to])
	case r.Method == http.MethodGet && r.URL.Path == "/user" && h.login != "":
		answer(http.StatusOK, map[string]string{"login": h.login, "type": "User"})
	case r.Method == http.MethodGet && r.URL.Path == "/user":
		fail(http.StatusForbidden) // Resource not accessible by integration
	case r.Method == http.MethodPost && r.URL.Path == list:
		h.by("github-actions[bot]", "Bot", give.Body)
		answer(http.StatusCreated, h.comments[len(h.comments)-1])
	case r.Method == http.MethodPatch && err == nil && id > 100 && int(id) <= 100+len(h.comments):
		h.comments[id-101].Body = give.Body
		answer(http.StatusOK, h.comments[id-101])
	default:
		fail(http.StatusNotFound)
	}
}

// commented makes the change a pull request from a repository, with the API and a token for comments.
func (g *gate) commented(t *testing.T, h *hub, from string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	repo := func(name string) map[string]any { return map[string]any{"full_name": name} }
	g.event(t, map[string]any{"pull_request": map[string]any{
		"number": 7, "head": map[string]any{"repo": repo(from)},
		"base": map[string]any{"repo": repo("acme/shop"), "sha": g.git(t, "rev-parse", "main"), "ref": "main"},
	}})
	g.env["GITHUB_API_URL"], g.env["GITHUB_REPOSITORY"] = server.URL, "acme/shop"
	g.env["GATE_MODE"], g.env["GATE_COMMENT"], g.env["GATE_TOKEN"] = "check", "true", h.token
}

func TestGateComments(t *testing.T) {
	const marker = "<!-- policypack: -->\n"
	chatter := func(h *hub) {
		for range 150 {
			h.by("ada", "User", "Looks good to me. "+marker)
		}
	}
	for _, tt := range []struct {
		name  string
		setup func(h *hub)
		env   map[string]string
		from  string // the repository of the change, acme/shop where it is empty
		at    int    // the index of the comment that holds the report, -1 where there is none
		all   int    // comments afterwards
		note  string
		calls []string // where they count
	}{
		{
			name: "the first one", at: 0, all: 1, calls: []string{
				"GET /repos/acme/shop/issues/7/comments?per_page=100&page=1", "POST /repos/acme/shop/issues/7/comments",
			},
		},
		{
			name: "a later one", setup: func(h *hub) { h.by("github-actions[bot]", "Bot", marker+"old") }, at: 0, all: 1,
			calls: []string{
				"GET /repos/acme/shop/issues/7/comments?per_page=100&page=1",
				"PATCH /repos/acme/shop/issues/comments/101",
			},
		},
		{
			name:  "on the second page",
			setup: func(h *hub) { chatter(h); h.by("github-actions[bot]", "Bot", marker+"old") }, at: 150, all: 151,
		},
		{
			name: "the marker is quoted by others, and at another place",
			setup: func(h *hub) {
				chatter(h)
				h.by("mallory", "User", marker+"all is well")
				h.by("other[bot]", "Bot", "> "+marker)
			},
			at: 152, all: 153,
		},
		{
			name: "the token of a person", setup: func(h *hub) {
				h.login = "release"
				h.by("mallory", "User", marker+"all is well")
				h.by("release", "User", marker+"old")
			}, at: 1, all: 2,
		},
		{
			name: "another category", setup: func(h *hub) { h.by("github-actions[bot]", "Bot", marker+"old") },
			env: map[string]string{"GATE_CATEGORY": "infra/prod"}, at: 1, all: 2,
		},
		{
			name: "GITHUB_TOKEN", setup: func(*hub) {},
			env: map[string]string{"GATE_TOKEN": "", "GITHUB_TOKEN": "a-token-of-the-job"}, at: 0, all: 1,
		},
		{name: "no permission", setup: func(h *hub) { h.deny = 403 }, at: -1, note: "pull-requests: write"},
		{name: "no such repository", setup: func(h *hub) { h.deny = 404 }, at: -1, note: "pull-requests: write"},
		{name: "an outage", setup: func(h *hub) { h.deny = 502 }, at: -1, note: "status 502"},
		{
			name: "no network", env: map[string]string{"GITHUB_API_URL": "http://a-user:a-password@127.0.0.1:1/"}, at: -1,
			note: "cannot reach GitHub's API",
		},
		{name: "a fork", from: "mallory/shop", at: -1, note: "from outside", calls: []string{}},
		{
			name: "no token", env: map[string]string{"GATE_TOKEN": ""}, at: -1, note: "GATE_TOKEN or GITHUB_TOKEN",
			calls: []string{},
		},
		{name: "nobody asks", env: map[string]string{"GATE_COMMENT": "false"}, at: -1, calls: []string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := &hub{t: t, token: "a-token-of-the-job"}
			if tt.setup != nil {
				tt.setup(h)
			}
			g := newGate(t, nil).write(t, map[string]string{"deploy.sh": badScript}).commit(t)
			from := tt.from
			if from == "" {
				from = "acme/shop"
			}
			g.commented(t, h, from)
			for name, value := range tt.env {
				g.env[name] = value
			}
			j := g.run(t)
			j.want(t, 1, []string{"secret-cli-command"}, nil, []string{"repository"})
			if tt.calls != nil {
				if diff := cmp.Diff(tt.calls, append([]string{}, h.calls...)); diff != "" {
					t.Errorf("calls: mismatch (-want +got)\n%s", diff)
				}
			}
			if len(h.comments) != tt.all {
				t.Errorf("got %d comments, want %d", len(h.comments), tt.all)
			}
			for i, c := range h.comments {
				want := ""
				if i == tt.at {
					want = "<!-- policypack:" + tt.env["GATE_CATEGORY"] + " -->\n" + g.read("reports/policypack.md")
				}
				if got := c.Body; (i == tt.at) != (got == want) {
					t.Errorf("comment %d: got %q, want %q", i, got, want)
				}
			}
			if got := strings.Contains(j.summary, "> No comment was written: "); got != (tt.note != "") ||
				!strings.Contains(j.summary, tt.note) {
				t.Errorf("want a note with %q in\n%s", tt.note, j.summary)
			}
			for _, text := range []string{j.stdout, j.stderr, j.summary, j.outputs} {
				if strings.Contains(text, h.token) || strings.Contains(text, "a-password") {
					t.Error("the token is printed")
				}
			}
		})
	}
}

// A report that is longer than a comment may be is cut, and a second run replaces the comment.
func TestGateCommentsWithinTheLimit(t *testing.T) {
	t.Parallel()
	var script strings.Builder
	for i := range 900 {
		fmt.Fprintf(&script, "gcloud secrets create number-%d\n", i)
	}
	g := newGate(t, nil).write(t, map[string]string{"deploy.sh": script.String()}).commit(t)
	h := &hub{t: t, token: "a-token-of-the-job"}
	g.commented(t, h, "acme/shop")
	for range 2 {
		g.run(t).want(t, 1, slices.Repeat([]string{"secret-cli-command"}, 900), nil, []string{"repository"})
	}
	if len(h.comments) != 1 {
		t.Fatalf("got %d comments, want 1", len(h.comments))
	}
	body := h.comments[0].Body
	n, cut := utf8.RuneCountInString(body), strings.Contains(body, "not shown here, to stay within the size limit")
	if n > 65000 || n < 50000 || !cut {
		t.Errorf("got %d characters:\n%s", n, body)
	}
}
