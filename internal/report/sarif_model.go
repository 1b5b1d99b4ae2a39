package report

import "github.com/progression-labs-development/policypack/internal/exception"

// The subset of SARIF that is written, in the order in which it is written.

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Automation  sarifAutomation   `json:"automationDetails"`
	Invocations []sarifInvocation `json:"invocations"`
	ColumnKind  string            `json:"columnKind"`
	Results     []sarifResult     `json:"results"`
	Properties  *sarifRunBag      `json:"properties,omitempty"`
}

type sarifRunBag struct {
	Day      string        `json:"day,omitempty"`
	WhatIf   bool          `json:"whatIf,omitempty"`
	Digest   string        `json:"configurationDigest,omitempty"`
	Disabled []Disabled    `json:"disabledPolicies,omitempty"`
	Checked  []sarifSource `json:"checked,omitempty"`
}

// sarifSource is how much of a source was checked, and what was not.
type sarifSource struct {
	Source     string  `json:"source"`
	Text       string  `json:"text"`
	Checked    []Count `json:"checked"`
	Partly     []Count `json:"partly,omitempty"`
	NotChecked []Count `json:"notChecked,omitempty"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifAutomation struct {
	ID string `json:"id"`
}

type sarifRule struct {
	ID               string         `json:"id"`
	ShortDescription *sarifText     `json:"shortDescription,omitempty"`
	FullDescription  *sarifText     `json:"fullDescription,omitempty"`
	Help             *sarifText     `json:"help,omitempty"`
	HelpURI          string         `json:"helpUri,omitempty"`
	Default          sarifLevel     `json:"defaultConfiguration"`
	Properties       sarifRuleProps `json:"properties"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifRuleProps struct {
	Tags     []string `json:"tags,omitempty"`
	Severity string   `json:"security-severity,omitempty"`
	Problem  string   `json:"problem.severity"`
	Level    string   `json:"level,omitempty"`     // in this run
	From     string   `json:"levelFrom,omitempty"` // what set it
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	ExitCode      int                 `json:"exitCode"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	Configuration []sarifNotification `json:"toolConfigurationNotifications,omitempty"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations,omitempty"`
	Related      []sarifLocation    `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Baseline     string             `json:"baselineState,omitempty"`
	Properties   sarifResultProps   `json:"properties"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification"`
}

type sarifResultProps struct {
	Class     Class  `json:"class"`
	Severity  string `json:"severity"`
	Source    string `json:"source,omitempty"`
	URN       string `json:"urn,omitempty"`
	Address   string `json:"address,omitempty"`
	Path      string `json:"path,omitempty"`
	Detector  string `json:"detector,omitempty"`
	Exemption string `json:"exemption,omitempty"`
	Commit    string `json:"commit,omitempty"`
	AddedIn   string `json:"addedIn,omitempty"`

	Entry Exemption `json:"exemptionEntry,omitzero"`

	Exceptions []exception.Exception `json:"exceptions,omitempty"`
}

type sarifLocation struct {
	ID       int            `json:"id,omitempty"`
	Message  *sarifText     `json:"message,omitempty"`
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI  string `json:"uri"`
	Base string `json:"uriBaseId,omitempty"`
}

type sarifRegion struct {
	Line   int `json:"startLine"`
	Column int `json:"startColumn,omitempty"`
}

type sarifLogical struct {
	Name          string `json:"name"`
	QualifiedName string `json:"fullyQualifiedName"`
	Kind          string `json:"kind"`
}
