/**
 * The audit log: what is written outside of other transactions, how many refusals may be written,
 * and how an entry reads as a sentence.
 */
@NullMarked
package dev.pullcord.server.audit;

import org.jspecify.annotations.NullMarked;
