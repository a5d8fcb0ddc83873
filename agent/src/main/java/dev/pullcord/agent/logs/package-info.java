/**
 * Workers' logs for people: read from their files, sent to whoever asked, and kept from growing.
 */
@NullMarked
package dev.pullcord.agent.logs;

import org.jspecify.annotations.NullMarked;
