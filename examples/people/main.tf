# Creates all users of people.csv with the module people.

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
  source = "../modules/people"

  people_csv = file("${path.module}/people.csv")
}

output "usernames_by_role" {
  value = module.people.usernames_by_role
}
