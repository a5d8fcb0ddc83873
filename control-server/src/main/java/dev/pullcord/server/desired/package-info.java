/** Which node is to run what: decided here and nowhere else, from ref and pin. */
@NullMarked
package dev.pullcord.server.desired;

import org.jspecify.annotations.NullMarked;
