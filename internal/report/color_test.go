package report

import "testing"

func TestColor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		terminal bool
		env      map[string]string
		want     bool
	}{
		{"a terminal", true, nil, true},
		{"a file", false, nil, false},
		{"NO_COLOR", true, map[string]string{"NO_COLOR": "1"}, false},
		{"NO_COLOR is stronger", true, map[string]string{"NO_COLOR": "1", "FORCE_COLOR": "1"}, false},
		{"FORCE_COLOR", false, map[string]string{"FORCE_COLOR": "1"}, true},
		{"FORCE_COLOR=0", true, map[string]string{"FORCE_COLOR": "0"}, false},
		{"CLICOLOR_FORCE", false, map[string]string{"CLICOLOR_FORCE": "1"}, true},
		{"CLICOLOR=0", true, map[string]string{"CLICOLOR": "0"}, false},
		{"a dumb terminal", true, map[string]string{"TERM": "dumb"}, false},
	} {
		if got := Color(tt.terminal, func(name string) string { return tt.env[name] }); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}
