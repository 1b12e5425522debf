# Everybody in people.csv, by the module beside it.

terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# Endpoint and API token come from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

module "people" {
  source = "../modules/people"

  people_csv = file("${path.module}/people.csv")
}

output "usernames_by_role" {
  value = module.people.usernames_by_role
}
