/** What was: releases, generations, and what came of the steps that made them. */
@NullMarked
package dev.pullcord.agent.history;

import org.jspecify.annotations.NullMarked;
