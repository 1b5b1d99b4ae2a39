package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
)

// columns are those of the history.
func columns() []string {
	all := []string{"release", "measured", "machine"}
	for _, r := range rows {
		all = append(all, r.column)
	}
	return all
}

func line(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// record returns the page with the figures of a release as the last row of its history. Those that the page already has
// of the release are replaced.
func record(page []byte, version string, day time.Time, m measured) ([]byte, error) {
	cells := []string{
		version, day.UTC().Format(time.DateOnly),
		fmt.Sprintf("%d cores, %s", runtime.NumCPU(), runtime.GOARCH),
	}
	for _, r := range rows {
		figure := "–"
		if v, ok := m.of(r); ok {
			figure = r.figure(v)
		}
		cells = append(cells, figure)
	}
	head := line(columns())
	before, table, ok := strings.Cut(string(page), head)
	if !ok {
		return nil, errors.New("no table with the columns of the history; expected the line\n" + head)
	}
	kept, rest := "", ""
	for row := range strings.Lines(table) {
		switch {
		case rest != "" || !strings.HasPrefix(row, "|"):
			rest += row
		case !strings.HasPrefix(row, "| "+version+" |"):
			kept += row
		}
	}
	return []byte(before + head + kept + line(cells) + rest), nil
}
