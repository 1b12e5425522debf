# By e-mail address, in any case.
data "iriusrisk_user" "ada" {
  email = "ada@example.com"
}

output "ada_roles" {
  value = data.iriusrisk_user.ada.roles[*].name
}
