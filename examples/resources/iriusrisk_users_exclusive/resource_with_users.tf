# All users of the instance are declared here. A user who is removed from the map is disabled, and so is every enabled user who
# was created outside Terraform.
locals {
  people = {
    ada   = { email = "ada@example.com", first_name = "Ada", last_name = "Lovelace" }
    grace = { email = "grace@example.com", first_name = "Grace", last_name = "Hopper" }
  }
}

resource "iriusrisk_user" "people" {
  for_each = local.people

  username        = each.key
  email           = each.value.email
  first_name      = each.value.first_name
  last_name       = each.value.last_name
  deletion_policy = "disable"
}

resource "iriusrisk_users_exclusive" "people" {
  usernames = [for user in iriusrisk_user.people : user.username]
}
