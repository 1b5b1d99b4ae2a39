package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
)

// The lines of a class that Pulumi's code generator writes for a resource type.
var (
	typeLine    = regexp.MustCompile(`__pulumiType = '([^']+)'`)
	inputLine   = regexp.MustCompile(`resourceInputs\["(\w+)"\] = [^;\n]*\bargs\b`)
	markedLine  = regexp.MustCompile(`resourceInputs\["(\w+)"\] = [^;\n]*\bpulumi\.secret\(`)
	outputsLine = regexp.MustCompile(`additionalSecretOutputs: \[([^\]]*)\]`)
	aliasesLine = regexp.MustCompile(`aliases: \[([^\]]*)\]`)
	aliasType   = regexp.MustCompile(`\btype: "([^"]+)"`)
	quoted      = regexp.MustCompile(`"([^"]+)"`)
)

// labels are outputs that the SDK of Google Cloud marks although they hold no secret: copies of the labels.
var labels = []string{"effectiveLabels", "pulumiLabels"}

// readArchive adds what a package says of its resource types. A type that is there already stays.
func readArchive(name string, archive []byte, facts map[string]catalogue.Fact) error {
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return err
	}
	types := 0
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if !strings.HasSuffix(header.Name, ".js") {
			continue
		}
		text, err := io.ReadAll(files)
		if err != nil {
			return err
		}
		token := typeLine.FindSubmatch(text)
		if token == nil {
			continue
		}
		types++
		if _, ok := facts[string(token[1])]; !ok {
			facts[string(token[1])] = factOf(name, text)
		}
	}
	if types == 0 {
		return errors.New("no resource types in it: is it written by Pulumi's code generator for Node.js?")
	}
	return nil
}

func factOf(name string, class []byte) catalogue.Fact {
	fact := catalogue.Fact{
		Package: name, Inputs: firstGroups(inputLine, class), Marked: firstGroups(markedLine, class),
	}
	if list := outputsLine.FindSubmatch(class); list != nil {
		fact.Outputs = slices.DeleteFunc(firstGroups(quoted, list[1]), func(output string) bool {
			return slices.Contains(labels, output)
		})
	}
	if list := aliasesLine.FindSubmatch(class); list != nil {
		fact.Aliases = firstGroups(aliasType, list[1])
	}
	return fact
}

// firstGroups returns the first group of every match, sorted and each once.
func firstGroups(expression *regexp.Regexp, text []byte) []string {
	var found []string
	for _, match := range expression.FindAllSubmatch(text, -1) {
		found = append(found, string(match[1]))
	}
	slices.Sort(found)
	return slices.Compact(found)
}
