package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Origin says whose change is checked.
type Origin int

// The origins.
const (
	None Origin = iota // no change: what is checked out counts as it is
	Own                // of the repository itself
	Fork               // from outside
)

// Change is what a job's event says of the change.
type Change struct {
	Origin Origin
	Base   string // a commit, or the name of a branch; empty where the event does not say it
	Branch string // that the change is made to, where Base is a commit that it may have left behind
	Number int    // of GitHub's pull request; 0 where the event names none
}

// findChange reads whose change it is, and what follows from that.
func (g *gate) findChange(context.Context) error {
	c, err := changeOf(g.Getenv)
	if err != nil {
		return err
	}
	if g.in.Base != "" {
		c.Base = g.in.Base
		if c.Origin == None {
			c.Origin = Own
		}
	}
	if g.in.Fork {
		c.Origin = Fork
	}
	g.change = c
	if g.glassToken = g.Getenv("GATE_BREAK_GLASS"); g.glassToken == "" {
		g.glassToken = g.Getenv("POLICYPACK_BREAK_GLASS")
	}
	if c.Origin == Fork && g.in.Mode != Check {
		g.note("This change comes from outside the repository: only policypack check was run, no " +
			"previews.")
		g.in.Mode = Check
	}
	if c.Origin == Fork && g.glassToken != "" {
		g.note("The break-glass token was ignored: this change comes from outside the repository.")
		g.glassToken = ""
	}
	switch {
	case g.in.Mode == Check:
		g.in.Stacks = nil
	case len(g.in.Stacks) == 0:
		return errors.New("GATE_STACK: set it to the stacks to preview")
	}
	return nil
}

// systems are the CI systems whose variables say whose change it is: the first one that knows the job counts.
var systems = []func(getenv func(string) string) (c Change, known bool, err error){
	github, gitlab, azure, bitbucket, circle,
}

func changeOf(getenv func(string) string) (Change, error) {
	for _, system := range systems {
		if c, known, err := system(getenv); known || err != nil {
			return c, err
		}
	}
	return Change{}, nil
}

// event is what is read of the payload of an event of GitHub.
type event struct {
	Pull  *pull `json:"pull_request"`
	Group *struct {
		Base string `json:"base_sha"`
	} `json:"merge_group"`
	Issue *struct {
		Pull json.RawMessage `json:"pull_request"`
	} `json:"issue"`
	Run *struct {
		Event string      `json:"event"`
		Head  *repository `json:"head_repository"`
		Repo  *repository `json:"repository"`
		Pulls []pull      `json:"pull_requests"`
	} `json:"workflow_run"`
}

type repository struct {
	Name string `json:"full_name"`
}

type pull struct {
	Number int  `json:"number"`
	Head   *ref `json:"head"`
	Base   *ref `json:"base"`
}

type ref struct {
	SHA  string      `json:"sha"`
	Name string      `json:"ref"`
	Repo *repository `json:"repo"`
}

// between is the origin of a change from one repository to another. One that is gone was another.
func between(from, to *repository) Origin {
	if from != nil && to != nil && from.Name != "" && from.Name == to.Name {
		return Own
	}
	return Fork
}

// github reads the payload of the event, which Gitea and Forgejo give too.
//
// https://docs.github.com/en/webhooks/webhook-events-and-payloads
func github(getenv func(string) string) (c Change, known bool, err error) {
	if getenv("GITHUB_ACTIONS") != "true" {
		return c, false, nil
	}
	e, err := readEvent(getenv("GITHUB_EVENT_PATH"))
	if err != nil {
		return c, true, err
	}
	switch {
	case e.Pull != nil:
		c.Origin, c.Number = Fork, e.Pull.Number
		if e.Pull.Head != nil && e.Pull.Base != nil {
			c.Origin = between(e.Pull.Head.Repo, e.Pull.Base.Repo)
		}
		if e.Pull.Base != nil {
			c.Base, c.Branch = e.Pull.Base.SHA, e.Pull.Base.Name
		}
	case e.Group != nil:
		c.Origin, c.Base = Own, e.Group.Base
	case e.Issue != nil && len(e.Issue.Pull) > 0 && string(e.Issue.Pull) != "null":
		c.Origin = Fork
	case e.Run != nil && strings.HasPrefix(e.Run.Event, "pull_request"):
		c.Origin = between(e.Run.Head, e.Run.Repo)
		if len(e.Run.Pulls) > 0 {
			c.Number = e.Run.Pulls[0].Number
			if e.Run.Pulls[0].Base != nil {
				c.Base = e.Run.Pulls[0].Base.SHA
			}
		}
	}
	// GitHub gives Dependabot's pull requests no secrets and no tokens, as those of forks.
	if c.Origin == Own && getenv("GITHUB_ACTOR") == "dependabot[bot]" {
		c.Origin = Fork
	}
	return c, true, nil
}

func readEvent(file string) (*event, error) {
	data, err := os.ReadFile(file)
	var e *event
	if err == nil {
		err = json.Unmarshal(data, &e)
	}
	if err == nil && e == nil {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("GITHUB_EVENT_PATH: cannot read the event, which identifies the author of the change: "+
			"%w", err)
	}
	return e, nil
}

// https://docs.gitlab.com/ci/variables/predefined_variables/
func gitlab(getenv func(string) string) (c Change, known bool, err error) {
	project := getenv("CI_MERGE_REQUEST_PROJECT_ID")
	if project == "" {
		return c, false, nil
	}
	c = Change{Origin: Own, Base: getenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")}
	if getenv("CI_MERGE_REQUEST_SOURCE_PROJECT_ID") != project {
		c.Origin = Fork
	}
	return c, true, nil
}

// https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables#system-variables
func azure(getenv func(string) string) (c Change, known bool, err error) {
	if getenv("SYSTEM_PULLREQUEST_PULLREQUESTID") == "" {
		return c, false, nil
	}
	c = Change{Origin: Own, Base: getenv("SYSTEM_PULLREQUEST_TARGETBRANCH")}
	if !strings.EqualFold(getenv("SYSTEM_PULLREQUEST_ISFORK"), "false") {
		c.Origin = Fork
	}
	return c, true, nil
}

// bitbucket reads the variables of pipelines for pull requests, which Bitbucket runs for those of the repository alone.
//
// https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
func bitbucket(getenv func(string) string) (c Change, known bool, err error) {
	if getenv("BITBUCKET_PR_ID") == "" {
		return c, false, nil
	}
	return Change{Origin: Own, Base: getenv("BITBUCKET_PR_DESTINATION_BRANCH")}, true, nil
}

// circle reads the variables of CircleCI. They name a pull request, and its repository where that is another one, and
// not the base, for which GATE_BASE is needed.
//
// https://circleci.com/docs/variables/
func circle(getenv func(string) string) (c Change, known bool, err error) {
	if getenv("CIRCLE_PULL_REQUEST") == "" && getenv("CIRCLE_PR_NUMBER") == "" {
		return c, false, nil
	}
	c.Origin = Own
	if getenv("CIRCLE_PR_REPONAME") != "" || getenv("CIRCLE_PR_USERNAME") != "" || getenv("CIRCLE_PR_NUMBER") != "" {
		c.Origin = Fork
	}
	return c, true, nil
}
