/** Real message brokers of a test's own, and the load that goes through them. */
@NullMarked
package dev.pullcord.testkit.broker;

import org.jspecify.annotations.NullMarked;
