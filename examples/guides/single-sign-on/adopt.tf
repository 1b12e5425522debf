# Somebody who is to have their access at their very first sign-in. Whether single sign-on or this configuration comes
# first is all the same.
data "iriusrisk_role" "read_only" {
  name = "ROLE_READ_ONLY"
}

resource "iriusrisk_user" "alan" {
  username        = "alan@example.com"
  email           = "alan@example.com"
  first_name      = "Alan"
  last_name       = "Turing"
  role_ids        = [data.iriusrisk_role.read_only.id]
  adopt_existing  = true
  deletion_policy = "disable"

  # Single sign-on writes these.
  lifecycle {
    ignore_changes = [email, first_name, last_name]
  }
}
