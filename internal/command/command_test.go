package command

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lines writes uses one by line.
func lines(uses []Use) string {
	var b strings.Builder
	for _, u := range uses {
		sure := "?"
		if u.Certain {
			sure = ""
		}
		fmt.Fprintf(&b, "%d:%d %s %s%s\n", u.Line, u.Col, u.Command, u.Action, sure)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range append(found, bypasses...) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			uses, err := Parse(tt.give, Shell)
			if diff := cmp.Diff(tt.want, lines(uses)); diff != "" {
				t.Errorf("%s: mismatch (-want +got), error %v:\n%s", tt.give, err, diff)
			}
			if incomplete := strings.Contains(tt.name, "does not end"); (err != nil) != incomplete {
				t.Errorf("%s: error %v", tt.give, err)
			}
		})
	}
}

func TestParseSilent(t *testing.T) {
	t.Parallel()
	for _, tt := range silent {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if uses, _ := Parse(tt.give, Shell); len(uses) > 0 {
				t.Errorf("%s: got %s", tt.give, lines(uses))
			}
		})
	}
}

func TestKnownOpen(t *testing.T) {
	t.Parallel()
	for _, tt := range knownOpen {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if uses, _ := Parse(tt.give, Shell); len(uses) > 0 {
				t.Errorf("%s: found now (%s), move it to the bypasses; it was open because %s", tt.give, lines(uses),
					tt.reason)
			}
		})
	}
}

func TestArgs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		give []string
		want string
	}{
		{
			"words",
			[]string{"aws", "secretsmanager", "create-secret", "--name", "x"},
			"0:0 aws secretsmanager create-secret create-secret",
		},
		{
			"shell",
			[]string{"/bin/sh", "-ec", "set -e\n aws secretsmanager create-secret"},
			"2:2 aws secretsmanager create-secret create-secret",
		},
		{
			"parameters",
			[]string{"sh", "-c", "aws secretsmanager $1-secret", "_", "create"},
			"1:1 aws secretsmanager create-secret create-secret",
		},
		{
			"entrypoint of an image",
			[]string{Entrypoint("public.ecr.aws/aws-cli/aws-cli:2.15@sha256:0"), "secretsmanager", "create-secret"},
			"0:0 aws secretsmanager create-secret create-secret",
		},
		{
			"variable of kubernetes",
			[]string{"aws", "--region", "$(REGION)", "secretsmanager", "create-secret"},
			"0:0 aws secretsmanager create-secret create-secret?",
		},
		{
			"unknown",
			[]string{Unknown, "secretsmanager", "create-secret"},
			"0:0 aws secretsmanager create-secret create-secret?",
		},
		{"words are no shell text", []string{"echo", "; aws secretsmanager create-secret"}, ""},
		{"read", []string{"aws", "secretsmanager", "get-secret-value"}, ""},
		{"redirection without a shell", []string{"echo", ">", ".env"}, ""},
		{"nothing", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			uses, err := Args(tt.give)
			if diff := cmp.Diff(tt.want, lines(uses)); diff != "" || err != nil {
				t.Errorf("mismatch (-want +got), error %v:\n%s", err, diff)
			}
		})
	}
}

func TestWindows(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		lang Language
		give string
		want string
	}{
		{"cmdlet", PowerShell, "Import-Module AWS\nnew-secsecret -Name x", "2:1 New-SECSecret create-secret"},
		{
			"program", PowerShell, "& 'C:\\Program Files\\Amazon\\aws.exe' secretsmanager `\n  create-secret",
			"1:3 aws secretsmanager create-secret create-secret",
		},
		{"block", PowerShell, "if ($x) { az keyvault secret set -n y }", "1:11 az keyvault secret set write-secret"},
		{
			"variable", PowerShell, "$s = 'secretsmanager'\naws $s create-secret",
			"2:1 aws secretsmanager create-secret create-secret",
		},
		{
			"assigned", PowerShell, "$r = aws secretsmanager create-secret",
			"1:1 aws secretsmanager create-secret create-secret",
		},
		{
			"expression", PowerShell, `iex "aws secretsmanager create-secret"`,
			"1:1 aws secretsmanager create-secret create-secret",
		},
		{"dotenv", PowerShell, `"A=b" | Out-File -FilePath .env`, "1:9 out-file to .env write-dotenv"},
		{"dotenv by redirection", PowerShell, `"A=b" > .env`, "1:1 redirect to .env write-dotenv"},
		{
			"secure string", PowerShell, "Write-SSMParameter -Name x -Type SecureString -Value y",
			"1:1 Write-SSMParameter write-secret",
		},
		{
			"service principal", PowerShell, "Connect-AzAccount -ServicePrincipal -Credential $c",
			"1:1 Connect-AzAccount static-login",
		},
		{"managed identity", PowerShell, "Connect-AzAccount -Identity", ""},
		{"read", PowerShell, "Get-SECSecretValue -SecretId x; Get-AzKeyVaultSecret -Name y", ""},
		{"said", PowerShell, `Write-Host "aws secretsmanager create-secret" # aws secretsmanager create-secret`, ""},
		{"what if", PowerShell, "Remove-AzKeyVaultSecret -Name x -WhatIf", ""},
		{
			"batch", Batch, "@echo off\r\naws ^\r\n secretsmanager create-secret",
			"2:1 aws secretsmanager create-secret create-secret",
		},
		{"caret inside", Batch, "a^ws secretsmanager create-secret", "1:1 aws secretsmanager create-secret " +
			"create-secret"},
		{
			"set", Batch, "set S=secretsmanager\r\naws %S% create-secret & exit",
			"2:1 aws secretsmanager create-secret create-secret",
		},
		{"cmd", Batch, `cmd /c "aws secretsmanager create-secret"`, "1:1 aws secretsmanager create-secret " +
			"create-secret"},
		{"remark", Batch, "rem aws secretsmanager create-secret\r\n:: aws secretsmanager create-secret", ""},
		{"echo", Batch, "echo aws secretsmanager create-secret", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			uses, err := Parse(tt.give, tt.lang)
			if diff := cmp.Diff(tt.want, lines(uses)); diff != "" || err != nil {
				t.Errorf("mismatch (-want +got), error %v:\n%s", err, diff)
			}
		})
	}
}
