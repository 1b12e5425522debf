# Looks up a user by e-mail address, which is case-insensitive.
data "iriusrisk_user" "ada" {
  email = "ada@example.com"
}

output "ada_roles" {
  value = data.iriusrisk_user.ada.roles[*].name
}
