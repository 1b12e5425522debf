# A user with exactly this role and business unit. An existing user with this username is adopted. When the block is removed,
# the user is disabled instead of deleted, their sessions end, and their API token is revoked.
resource "iriusrisk_user" "margaret" {
  username            = "margaret"
  email               = "margaret@example.com"
  first_name          = "Margaret"
  last_name           = "Hamilton"
  role_names          = ["ROLE_DEVELOPER"]
  business_unit_names = ["Mobile"]
  adopt_existing      = true
  deletion_policy     = "disable"
  revoke_on_disable   = ["sessions", "api_token"]
}
