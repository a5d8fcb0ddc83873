/** Finds what is so in the fleet and at the server that people may want to be told of. */
@NullMarked
package dev.pullcord.server.alert.condition;

import org.jspecify.annotations.NullMarked;
