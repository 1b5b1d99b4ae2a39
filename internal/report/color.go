package report

// Color reports whether to colour text. NO_COLOR (https://no-color.org) disables it, FORCE_COLOR and CLICOLOR_FORCE
// enable it. By default only a terminal gets colours, unless CLICOLOR is 0 or the terminal is dumb.
func Color(terminal bool, getenv func(string) string) bool {
	set := func(name string) bool { v := getenv(name); return v != "" && v != "0" && v != "false" }
	switch {
	case getenv("NO_COLOR") != "":
		return false
	case set("FORCE_COLOR") || set("CLICOLOR_FORCE"):
		return true
	default:
		return terminal && getenv("CLICOLOR") != "0" && getenv("FORCE_COLOR") != "0" && getenv("TERM") != "dumb"
	}
}
