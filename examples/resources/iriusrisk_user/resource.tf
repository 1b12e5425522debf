# A user who signs in with single sign-on needs no password.
resource "iriusrisk_user" "ada" {
  username   = "ada"
  email      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"
}

# A password that is in neither plan nor state. To change it, set the variable to the new password and increase the version.
variable "grace_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "iriusrisk_user" "grace" {
  username            = "grace"
  email               = "grace@example.com"
  first_name          = "Grace"
  last_name           = "Hopper"
  password_wo         = var.grace_password
  password_wo_version = 1
}

# A disabled user.
resource "iriusrisk_user" "alan" {
  username   = "alan"
  email      = "alan@example.com"
  first_name = "Alan"
  last_name  = "Turing"
  enabled    = false
}
