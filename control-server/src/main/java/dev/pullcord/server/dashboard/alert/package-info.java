/** The page of alerts: who is told outside, and what waits to be told. */
@NullMarked
package dev.pullcord.server.dashboard.alert;

import org.jspecify.annotations.NullMarked;
