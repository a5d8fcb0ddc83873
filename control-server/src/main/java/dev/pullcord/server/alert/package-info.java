/**
 * Tells people of what is wrong with the fleet, and when it is over. A pure judge compares what is
 * so with what each receiver was told; what follows goes into the outbox in one transaction.
 */
@NullMarked
package dev.pullcord.server.alert;

import org.jspecify.annotations.NullMarked;
