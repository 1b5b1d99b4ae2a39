package gate

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/lazy"
	"github.com/progression-labs-development/policypack/internal/report"
)

const (
	maxComment  = 65000 // characters, marker included; GitHub takes a few more
	maxPages    = 100   // of the comments of a pull request, 100 each
	maxResponse = 32 << 20
)

// comment writes the report as a comment on the pull request, if the job asks for it. A failure only causes a note and
// does not change the exit status.
func (g *gate) comment(ctx context.Context, all *report.Report) {
	if !g.in.Comment {
		return
	}
	token := strings.TrimSpace(cmp.Or(g.Getenv("GATE_TOKEN"), g.Getenv("GITHUB_TOKEN")))
	switch {
	case !g.github:
		g.note("No comment was written: the gate only comments on GitHub.")
	case g.change.Origin == Fork:
		g.note("No comment was written: this change comes from outside the repository.")
	case g.change.Number == 0: // otherwise every push to main would have a note
		g.say("no comment was written: the event is not for a pull request")
	case token == "":
		g.note("No comment was written: set GATE_TOKEN or GITHUB_TOKEN.")
	default:
		marker := "<!-- policypack:" + g.in.Category + " -->\n"
		var b strings.Builder
		b.WriteString(marker)
		err := report.Write(&b, all, report.Markdown, report.Options{Limit: maxComment - len(marker)})
		if err == nil {
			c := comments{api: g.Getenv("GITHUB_API_URL"), repository: g.Getenv("GITHUB_REPOSITORY"), token: token}
			err = c.put(ctx, g.change.Number, strings.TrimSuffix(marker, "\n"), b.String())
		}
		if err != nil {
			g.note("No comment was written: %v.", err)
		}
	}
}

// comments accesses the comments of pull requests through GitHub's API.
//
// https://docs.github.com/en/rest/issues/comments
type comments struct {
	api        string // its root
	repository string // OWNER/NAME
	token      string
}

type comment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
	User *user  `json:"user"`
}

type user struct {
	Login string `json:"login"`
	Type  string `json:"type"`
}

var repositoryName = lazy.Regexp(`^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$`)

// put replaces the comment that begins with the marker, or creates it. Errors contain neither the token nor any
// response of the API.
func (c *comments) put(ctx context.Context, number int, marker, body string) error {
	if !repositoryName().MatchString(c.repository) {
		return errors.New("GITHUB_REPOSITORY: expected OWNER/NAME")
	}
	root, err := url.Parse(cmp.Or(c.api, "https://api.github.com"))
	if err != nil || root.Host == "" || root.Scheme != "https" && root.Scheme != "http" {
		return errors.New("GITHUB_API_URL: expected the address of GitHub's API")
	}
	c.api = strings.TrimSuffix(root.String(), "/")
	id, err := c.find(ctx, number, marker)
	if err != nil {
		return err
	}
	issues := "/repos/" + c.repository + "/issues"
	text := map[string]string{"body": body}
	if id != 0 {
		_, err = c.call(ctx, http.MethodPatch, fmt.Sprintf("%s/comments/%d", issues, id), text, nil)
	} else {
		_, err = c.call(ctx, http.MethodPost, fmt.Sprintf("%s/%d/comments", issues, number), text, nil)
	}
	return err
}

// find returns the first comment that begins with the marker, or 0. Anyone can write a marker and edit their comment
// later, so only comments by an app, such as those of job tokens, or by the token's own user are considered.
func (c *comments) find(ctx context.Context, number int, marker string) (id int64, err error) {
	var own *user
	for page := 1; page <= maxPages; page++ {
		var all []comment
		link, err := c.call(ctx, http.MethodGet, fmt.Sprintf("/repos/%s/issues/%d/comments?per_page=100&page=%d",
			c.repository, number, page), nil, &all)
		if err != nil {
			return 0, err
		}
		for _, of := range all {
			if !strings.HasPrefix(of.Body, marker) || of.User == nil {
				continue
			}
			if of.User.Type != "Bot" && own == nil {
				own = &user{}
				// The token of an app has no user.
				if _, err := c.call(ctx, http.MethodGet, "/user", nil, own); err != nil && !errors.Is(err, errRefused) {
					return 0, err
				}
			}
			if of.User.Type == "Bot" || of.User.Login != "" && of.User.Login == own.Login {
				return of.ID, nil
			}
		}
		if !strings.Contains(link, `rel="next"`) {
			return 0, nil
		}
	}
	return 0, errors.New("the pull request has too many comments")
}

var errRefused = errors.New("GitHub denied the request; the job needs the permission pull-requests: write")

// call calls the API, parses its response and returns the link to the next page.
func (c *comments) call(ctx context.Context, method, path string, give, want any) (link string, err error) {
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	var body io.Reader
	if give != nil {
		text, err := json.Marshal(give)
		if err != nil {
			return "", err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.api+path, body)
	if err != nil {
		return "", errors.New("cannot create the request")
	}
	req.Header.Set("Accept", "application/vnd.github+json")
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("User-Agent", "policypack")
	req.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	if give != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	// The token must not be sent anywhere else.
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if of := (*url.Error)(nil); errors.As(err, &of) {
		err = of.Err // an address may contain a password
	}
	if err != nil {
		return "", fmt.Errorf("cannot reach GitHub's API: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // nothing was written
	switch s := resp.StatusCode; {
	case s == http.StatusUnauthorized, s == http.StatusForbidden, s == http.StatusNotFound:
		return "", fmt.Errorf("%w (status %d)", errRefused, s)
	case s < 200 || s > 299:
		return "", fmt.Errorf("GitHub's API returned status %d", s)
	case want == nil:
		return "", nil
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxResponse)).Decode(want); err != nil {
		return "", errors.New("cannot parse the response of GitHub's API")
	}
	return resp.Header.Get("Link"), nil
}
