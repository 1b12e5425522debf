# Somebody who is to have their access at their very first sign-in. Whether single sign-on or this configuration comes
# first is all the same.
data "iriusrisk_role" "auditor" {
  name = "Auditor"
}

resource "iriusrisk_user" "alan" {
  username        = "alan@example.com"
  email           = "alan@example.com"
  first_name      = "Alan"
  last_name       = "Turing"
  role_ids        = [data.iriusrisk_role.auditor.id]
  adopt_existing  = true
  deletion_policy = "disable"

  # Single sign-on writes these.
  lifecycle {
    ignore_changes = [email, first_name, last_name]
  }
}
