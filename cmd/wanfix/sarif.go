package main

// The parts of SARIF 2.1.0 that wanfix writes.
type (
	sarifDriver struct {
		Driver sarifComponent `json:"driver"`
	}
	sarifComponent struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		URI     string      `json:"informationUri"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string       `json:"id"`
		Short   sarifText    `json:"shortDescription"`
		Help    string       `json:"helpUri,omitempty"` // none of the user's own
		Default sarifDefault `json:"defaultConfiguration"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	// sarifInvocation tells how it went.
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifResult struct {
		Rule       string            `json:"ruleId"`
		Index      int               `json:"ruleIndex"`
		Level      string            `json:"level"`
		Message    sarifText         `json:"message"`
		Locations  []sarifLocation   `json:"locations"`
		Fixes      []sarifFix        `json:"fixes,omitempty"`
		Suppressed []sarifSuppressed `json:"suppressions,omitempty"`
		Prints     map[string]string `json:"partialFingerprints"`
		Properties map[string]any    `json:"properties"`
	}
	// sarifSuppressed says why a result does not count.
	sarifSuppressed struct {
		Kind string `json:"kind"` // inSource, external
		Why  string `json:"justification"`
	}
	sarifLocation struct {
		Physical sarifPlace  `json:"physicalLocation"`
		Logical  []sarifNode `json:"logicalLocations,omitempty"`
	}
	sarifPlace struct {
		File   sarifFile    `json:"artifactLocation"`
		Region *sarifRegion `json:"region,omitempty"` // nil where the node is new, or inside a picture
	}
	sarifFile struct {
		URI string `json:"uri"`
	}
	sarifNode struct {
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
	}
	// sarifRegion ends before its last column.
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		File         sarifFile          `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)
