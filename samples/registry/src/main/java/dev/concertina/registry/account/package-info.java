/** Who may issue: registration, login, the account page. */
@NullMarked
package dev.concertina.registry.account;

import org.jspecify.annotations.NullMarked;
