// Command relay is the policypack of the scripts: it has a worker run its command. See package clitest.
package main

import (
	"fmt"
	"os"

	"github.com/progression-labs-development/policypack/internal/cli/clitest"
)

func main() {
	code, err := clitest.Relay()
	if err != nil {
		fmt.Fprintln(os.Stderr, "relay:", err)
		code = 70
	}
	os.Exit(code)
}
