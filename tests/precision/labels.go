package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// label says of the findings of a policy about a resource of a program whether they are right.
type label struct {
	Repo     string `json:"repo,omitempty"`   // OWNER/NAME of a program that others published
	Commit   string `json:"commit,omitempty"` // of the repository
	Program  string `json:"program"`          // its folder, in the folder of programs or in the repository
	Policy   string `json:"policy"`
	Resource string `json:"resource"`     // logical name, or the project's for the stack itself
	At       string `json:"at,omitempty"` // what the message must hold: a path, where one policy has several findings
	Right    bool   `json:"right"`        // a senior engineer would want to read it
	Why      string `json:"why"`
	found    int
}

func readLabels(file string) ([]*label, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var labels []*label
	row := 0
	for line := range strings.Lines(string(text)) {
		row++
		if strings.TrimSpace(line) == "" {
			continue
		}
		var l label
		decoder := json.NewDecoder(bytes.NewReader([]byte(line)))
		decoder.DisallowUnknownFields()
		err := decoder.Decode(&l)
		if err == nil && (l.Program == "" || l.Policy == "" || l.Resource == "" || l.Why == "") {
			err = errors.New("program, policy, resource and why are required")
		}
		if _, extra := decoder.Token(); err == nil && !errors.Is(extra, io.EOF) {
			err = errors.New("one label a line is expected")
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, row, err)
		}
		labels = append(labels, &l)
	}
	return labels, nil
}

// program is the folder of the program below the folder of programs, in which a repository is a folder OWNER+NAME.
func (l *label) program() string {
	return path.Join(strings.ReplaceAll(l.Repo, "/", "+"), l.Program)
}

// fits reports whether the label is about a finding.
func (l *label) fits(f finding) bool {
	return l.program() == f.program && l.Policy == f.policy && l.Resource == f.resource &&
		strings.Contains(f.message, l.At)
}

// labelOf returns the label of a finding, the one with the longest At of those that fit, or nil.
func labelOf(labels []*label, f finding) *label {
	var best *label
	for _, l := range labels {
		if l.fits(f) && (best == nil || len(l.At) > len(best.At)) {
			best = l
		}
	}
	return best
}
