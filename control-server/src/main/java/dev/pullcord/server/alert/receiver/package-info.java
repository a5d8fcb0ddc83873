/** The kinds of receivers of alerts. A new kind is one class, and a line in the list of kinds. */
@NullMarked
package dev.pullcord.server.alert.receiver;

import org.jspecify.annotations.NullMarked;
