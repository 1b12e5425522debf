# Somebody who signs in by single sign-on needs no password.
resource "iriusrisk_user" "ada" {
  username   = "ada"
  email      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"
}

# A password that is in neither plan nor state. To set another one, change the variable and count the version up.
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

# Somebody who keeps their place but has no access.
resource "iriusrisk_user" "alan" {
  username   = "alan"
  email      = "alan@example.com"
  first_name = "Alan"
  last_name  = "Turing"
  enabled    = false
}
