module github.com/iriusrisk/terraform-provider-iriusrisk/tools/cyclonedx-gomod

go 1.26.1
