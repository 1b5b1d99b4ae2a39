package report

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/lazy"
	"github.com/progression-labs-development/policypack/internal/place"
)

// location returns the line to change: the position in a file, or where a resource was written. It is empty if unknown.
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

// Locate sets the source locations of findings in resources.
func (r *Report) Locate(of func(*Finding) []place.Location) {
	for i := range r.Findings {
		if f := &r.Findings[i]; f.File == "" {
			f.Locations = of(f)
		}
	}
}

// linked matches the file names that a report links to. Other names could be crafted to abuse a link; they are shown
// without one.
var linked = lazy.Regexp(`^[A-Za-z0-9_][A-Za-z0-9 ._/-]*$`)

// browse returns the URL of the location, or an empty string.
func (r *Report) browse(l place.Location) string {
	if !linked().MatchString(l.File) || !strings.HasPrefix(r.Browse, "https://") {
		return ""
	}
	to := strings.ReplaceAll(r.Browse, "{file}", strings.ReplaceAll(l.File, " ", "%20"))
	return strings.ReplaceAll(to, "{line}", strconv.Itoa(max(l.Line, 1)))
}

// look returns the URL of the line to change, or an empty string. A finding in an older commit has none, since links
// point to the commit that was checked.
func (r *Report) look(f *Finding) string {
	if f.Commit != "" {
		return ""
	}
	return r.browse(f.location())
}

// BrowseURL returns the [Report.Browse] of CI systems that provide the address of the current commit, otherwise an
// empty string.
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

// column16 returns the column in UTF-16 code units.
func column16(l place.Location) int { return cmp.Or(l.Column16, l.Column) }
