package report

import (
	"cmp"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
)

// location is the line to change: of a file the place in it, of a resource where it was written. It is empty where
// nobody knows.
func (f *Finding) location() place.Location {
	switch {
	case f.File != "":
		return place.Location{File: f.File, Line: f.Line, Column: f.Column, Column16: f.Column16}
	case len(f.Locations) > 0:
		return f.Locations[0]
	default:
		return place.Location{}
	}
}

// Locate sets where the findings in resources were written.
func (r *Report) Locate(of func(*Finding) []place.Location) {
	for i := range r.Findings {
		if f := &r.Findings[i]; f.File == "" {
			f.Locations = of(f)
		}
	}
}

// linked are the names of files that a report links to: a name may be made to do harm in a link, and is shown anyhow.
var linked = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9 ._/-]*$`)

// browse is the URL at which a person can look at the location, empty where there is none.
func (r *Report) browse(l place.Location) string {
	if !linked.MatchString(l.File) || !strings.HasPrefix(r.Browse, "https://") {
		return ""
	}
	to := strings.ReplaceAll(r.Browse, "{file}", strings.ReplaceAll(l.File, " ", "%20"))
	return strings.ReplaceAll(to, "{line}", strconv.Itoa(max(l.Line, 1)))
}

// look is the URL of the line to change, empty where there is none: of what only an older commit has, the report has no
// link, since its links are to the commit that was checked.
func (r *Report) look(f *Finding) string {
	if f.Commit != "" {
		return ""
	}
	return r.browse(f.location())
}

// BrowseURL returns what [Report.Browse] is in the CI systems that say where they show the commit they run for, else an
// empty text.
func BrowseURL(getenv func(string) string) string {
	all := func(names ...string) bool {
		for _, n := range names {
			if getenv(n) == "" {
				return false
			}
		}
		return true
	}
	at := func(parts ...string) string {
		to := strings.Join(parts, "")
		u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(to))
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
			return ""
		}
		return to
	}
	trim := func(name string) string { return strings.TrimSuffix(getenv(name), "/") }
	switch {
	case all("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"):
		return at(trim("GITHUB_SERVER_URL"), "/", getenv("GITHUB_REPOSITORY"), "/blob/", getenv("GITHUB_SHA"),
			"/{file}#L{line}")
	case all("CI_PROJECT_URL", "CI_COMMIT_SHA"):
		return at(trim("CI_PROJECT_URL"), "/-/blob/", getenv("CI_COMMIT_SHA"), "/{file}#L{line}")
	case all("BITBUCKET_GIT_HTTP_ORIGIN", "BITBUCKET_COMMIT"):
		origin := strings.Replace(trim("BITBUCKET_GIT_HTTP_ORIGIN"), "http://", "https://", 1)
		return at(origin, "/src/", getenv("BITBUCKET_COMMIT"), "/{file}#lines-{line}")
	case all("SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECT", "BUILD_REPOSITORY_NAME", "BUILD_SOURCEVERSION"):
		return at(trim("SYSTEM_COLLECTIONURI"), "/", url.PathEscape(getenv("SYSTEM_TEAMPROJECT")), "/_git/",
			url.PathEscape(getenv("BUILD_REPOSITORY_NAME")), "?path=/{file}&version=GC", getenv("BUILD_SOURCEVERSION"),
			"&line={line}&lineEnd={line}&lineStartColumn=1&lineEndColumn=1")
	}
	return ""
}

// column16 is the column in UTF-16 code units.
func column16(l place.Location) int { return cmp.Or(l.Column16, l.Column) }
