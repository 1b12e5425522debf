import {
  to = iriusrisk_user_roles_exclusive.ada
  id = "ada"
}
