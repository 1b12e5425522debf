# A user with exactly this role and business unit. An existing user with this username is adopted. When the block is removed,
# the user is disabled instead of deleted, their sessions end, and their API token is revoked.
data "iriusrisk_role" "developer" {
  name = "ROLE_DEVELOPER"
}

data "iriusrisk_business_unit" "mobile" {
  name = "Mobile"
}

resource "iriusrisk_user" "margaret" {
  username          = "margaret"
  email             = "margaret@example.com"
  first_name        = "Margaret"
  last_name         = "Hamilton"
  role_ids          = [data.iriusrisk_role.developer.id]
  business_unit_ids = [data.iriusrisk_business_unit.mobile.id]
  adopt_existing    = true
  deletion_policy   = "disable"
  revoke_on_disable = ["sessions", "api_token"]
}
