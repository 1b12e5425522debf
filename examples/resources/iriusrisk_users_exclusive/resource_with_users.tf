# All users of the instance are declared here. A user who leaves the configuration is disabled, and so is every enabled user who
# was created outside Terraform.
resource "iriusrisk_user" "ada" {
  username        = "ada"
  email           = "ada@example.com"
  first_name      = "Ada"
  last_name       = "Lovelace"
  deletion_policy = "disable"
}

resource "iriusrisk_user" "grace" {
  username        = "grace"
  email           = "grace@example.com"
  first_name      = "Grace"
  last_name       = "Hopper"
  deletion_policy = "disable"
}

resource "iriusrisk_users_exclusive" "all" {
  usernames = [iriusrisk_user.ada.username, iriusrisk_user.grace.username]
}
