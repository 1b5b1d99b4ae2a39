// Command policypack enforces a company's secrets standard in Pulumi and Terraform. The Pulumi engine starts it as a
// policy analyzer; on its own it is a command-line tool.
package main

import (
	"context"
	"os"

	"github.com/progression-labs-development/policypack/internal/cli"
)

func main() {
	os.Exit(cli.Run(context.Background(), cli.Process{
		Args: os.Args, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv,
	}))
}
