# A token for this run only. The user is for nothing else, so that no plan ends a token that is in use.
ephemeral "iriusrisk_user_api_token" "reporter" {
  username = "svc-reporter"
}

# Read as that user what they can see.
provider "iriusrisk" {
  alias     = "reporter"
  api_token = ephemeral.iriusrisk_user_api_token.reporter.token
}

data "iriusrisk_current_user" "reporter" {
  provider = iriusrisk.reporter
}
