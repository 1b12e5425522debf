terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The API token comes from the environment variable IRIUSRISK_API_TOKEN, and so can the endpoint, from
# IRIUSRISK_ENDPOINT.
provider "iriusrisk" {}
