package main

import (
	"os"
	"path/filepath"
	"strings"
)

// planted are the secrets that stand for names in the programs: no file of the project holds a secret, made up or not.
var planted = strings.NewReplacer("@PASSWORD@", random("password"), "@OTHER@", random("other"), "@WORDS@", "walnut-"+"harbour-lantern-58")

// plant copies a program that holds such names to a folder with the secrets in their place. A program without them runs
// where it is.
func plant(dir, to string) (string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "Pulumi*.yaml"))
	if err != nil {
		return "", err
	}
	changed := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if with := planted.Replace(string(text)); with != string(text) {
			changed[filepath.Base(file)] = with
		}
	}
	if len(changed) == 0 {
		return dir, nil
	}
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		return "", err
	}
	for name, text := range changed {
		if err := os.WriteFile(filepath.Join(to, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return to, nil
}
