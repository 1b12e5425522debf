# A token for this run only. Use a dedicated user, so that a plan does not revoke a token that is in use.
ephemeral "iriusrisk_user_api_token" "reporter" {
  username = "svc-reporter"
}

# Reads what that user can see.
provider "iriusrisk" {
  alias     = "reporter"
  api_token = ephemeral.iriusrisk_user_api_token.reporter.token
}

data "iriusrisk_current_user" "reporter" {
  provider = iriusrisk.reporter
}
