package detect_test

import (
	"fmt"

	"github.com/progression-labs-development/policypack/internal/detect"
)

// A format tells wherever it stands, a name what the value beside it is; a reference is no secret.
func ExampleDetector_Find() {
	d, err := detect.New(detect.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	token := "ghp" + "_" + "k3Zq9vTr2mXwB7nLd5Yc8PfHs4JgRt6VuAe1" // put together here, so that no file holds one
	for _, give := range []struct{ name, text string }{
		{"", "curl -H 'X-Token: " + token + "'"},
		{"dbPassword", "Tr0ub4dor-and-3"},
		{"dbPassword", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db"},
		{"title", "Tr0ub4dor-and-3"},
	} {
		matches := d.Find(give.text, detect.Evidence{Name: give.name})
		fmt.Print(len(matches))
		for _, m := range matches {
			fmt.Print(" ", m.Detector, ", by ", m.Reason)
		}
		fmt.Println()
	}
	// Output:
	// 1 github-token, by format
	// 1 password, by key-name
	// 0
	// 0
}

// A file is read by its syntax: names count where it makes the value a literal.
func ExampleDetector_File() {
	d, err := detect.New(detect.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range d.File("config/app.yaml", []byte("db:\n  host: db.internal\n  password: k3Zq9v"+"-Tr2mXw\n")) {
		fmt.Printf("%d:%d %s, by %s\n", m.Line, m.Column, m.Key, m.Reason)
	}
	// Output: 3:13 password, by key-name
}
