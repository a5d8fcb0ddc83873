/** Who may do what: tokens of people, keys of nodes, enrolment, and the one table of routes. */
@NullMarked
package dev.pullcord.server.security;

import org.jspecify.annotations.NullMarked;
