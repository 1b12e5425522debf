# A user with access from the first sign-in. It does not matter whether single sign-on or this configuration creates the user.
resource "iriusrisk_user" "alan" {
  username       = "alan@example.com"
  email          = "alan@example.com"
  first_name     = "Alan"
  last_name      = "Turing"
  role_names     = ["ROLE_READ_ONLY"]
  adopt_existing = true

  # A leaver is disabled, and keeps neither a session nor an API token.
  deletion_policy   = "disable"
  revoke_on_disable = ["sessions", "api_token"]

  # Single sign-on updates these attributes.
  lifecycle {
    ignore_changes = [email, first_name, last_name]
  }
}
