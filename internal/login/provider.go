package login

import "strings"

// Packages of Pulumi and names of Terraform's providers whose configuration logs in to a cloud. The
// any-terraform-provider bridge calls a package as its provider is called in Terraform; versioned packages of
// azure-native have a suffix.
var packages = map[string]string{
	"aws": AWS, "aws-native": AWS, "awscc": AWS, "awsx": AWS,
	"gcp": Google, "google": Google, "google-beta": Google, "google-native": Google, "googleworkspace": Google,
	"firebase": Google,
	"azure":    Azure, "azure-native": Azure, "azure-nextgen": Azure, "azurerm": Azure, "azuread": Azure,
	"azapi":       Azure,
	"azurestack":  Azure,
	"azuredevops": Azure, "msgraph": Azure, "microsoft365": Azure, "fabric": Azure, "power-platform": Azure,
	"kubernetes": Kubernetes, "kubectl": Kubernetes, "helm": Kubernetes,
}

// Package returns the cloud that the provider of a package logs in to, empty if unknown.
func Package(pkg string) (cloud string) {
	if cloud, ok := packages[pkg]; ok {
		return cloud
	}
	if strings.HasPrefix(pkg, "azure-native_") { // azure-native_keyvault_v20230701
		return Azure
	}
	return packages[strings.TrimPrefix(pkg, "terraform-provider-")]
}

// Config returns the cloud that a provider logs in to with a configuration key such as aws:secretKey.
func Config(key string) (cloud string) {
	pkg, name, _ := strings.Cut(key, ":")
	switch cloud = Package(pkg); {
	case cloud == AWS && name == "secretKey", cloud == Google && name == "credentials",
		cloud == Azure && (name == "clientSecret" || name == "clientCertificatePassword"):
		return cloud
	}
	return ""
}
