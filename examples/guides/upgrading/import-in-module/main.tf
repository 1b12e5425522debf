terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

module "people" {
  source = "./people"

  people = {
    ada   = { email = "ada@example.com", first_name = "Ada", last_name = "Lovelace" }
    grace = { email = "grace@example.com", first_name = "Grace", last_name = "Hopper" }
  }
}
